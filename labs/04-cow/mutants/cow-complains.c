/* must fail: measure_cow.too_many; may fail: measure_cow.no_process */
/* Says itself what is wrong. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{
    int result = right_measure_cow(region, pages, touched, report);
    int error = errno;

    if (result == -1)
        perror("measure_cow");
    errno = error;
    return result;
}
