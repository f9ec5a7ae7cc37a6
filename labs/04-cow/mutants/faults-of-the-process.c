/* must fail: count_minor_faults.thread */
/* Counts the faults of all threads. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

long count_minor_faults(void (*fn)(void *), void *arg)
{

    struct rusage before, after;

    if (getrusage(RUSAGE_SELF, &before) == -1)
        return -1;
    fn(arg);
    if (getrusage(RUSAGE_SELF, &after) == -1)
        return -1;
    return after.ru_minflt - before.ru_minflt;
}
