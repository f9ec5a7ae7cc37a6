/* must fail: measure_cow.too_many */
/* Takes too many for all. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    return right_measure_cow(region, pages, touched < pages ? touched : pages,
                             report);
}
