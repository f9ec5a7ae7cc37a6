/* must fail: measure_cow.no_process */
/* Loses errno on the way out. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    int result = right_measure_cow(region, pages, touched, report);

    if (result == -1 && errno != EINVAL)
        errno = 0;
    return result;
}
