/* must fail: measure_cow.measured; may fail: measure_cow.works measure_cow.absent measure_cow.all_absent measure_cow.none measure_cow.all measure_cow.large measure_cow.eintr */
/* All faults of the child, from fork to its end. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    struct rusage before, after;

    getrusage(RUSAGE_CHILDREN, &before);
    int result = right_measure_cow(region, pages, touched, report);
    int error = errno;
    getrusage(RUSAGE_CHILDREN, &after);
    if (result == 0)
        report->child_faults = after.ru_minflt - before.ru_minflt;
    errno = error;
    return result;
}
