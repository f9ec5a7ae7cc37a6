/* must fail: measure_cow.caller; may fail: measure_cow.no_process */
/* Blocks SIGCHLD, and leaves it so. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return right_measure_cow(region, pages, touched, report);
}
