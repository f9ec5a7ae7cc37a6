/* must fail: measure_cow.none */
/* Takes 0 pages for an error. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    if (touched == 0) {
        errno = EINVAL;
        return -1;
    }
    return right_measure_cow(region, pages, touched, report);
}
