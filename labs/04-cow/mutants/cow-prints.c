/* must fail: measure_cow.caller */
/* The child tells by printing, too. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    int result = right_measure_cow(region, pages, touched, report);

    if (result == 0)
        dprintf(STDERR_FILENO, "%ld faults\n", report->child_faults);
    return result;
}
