/* must fail: measure_cow.caller; may fail: measure_cow.other_children measure_cow.measured measure_cow.none measure_cow.no_process */
/* Has the kernel reap, and leaves it so. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    int result = right_measure_cow(region, pages, touched, report);

    signal(SIGCHLD, SIG_IGN);
    return result;
}
