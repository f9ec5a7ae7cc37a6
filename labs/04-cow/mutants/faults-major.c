/* must fail: count_minor_faults.works; may fail: count_minor_faults.numbers count_minor_faults.cow count_minor_faults.thread */
/* Takes the major faults. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

long count_minor_faults(void (*fn)(void *), void *arg)
{

    struct rusage before, after;

    if (getrusage(RUSAGE_THREAD, &before) == -1)
        return -1;
    fn(arg);
    if (getrusage(RUSAGE_THREAD, &after) == -1)
        return -1;
    return after.ru_majflt - before.ru_majflt;
}
