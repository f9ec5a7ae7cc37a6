/* must fail: count_minor_faults.works; may fail: count_minor_faults.numbers count_minor_faults.warm count_minor_faults.cow count_minor_faults.thread */
/* Does not subtract what there was before. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

long count_minor_faults(void (*fn)(void *), void *arg)
{

    struct rusage after;

    fn(arg);
    if (getrusage(RUSAGE_THREAD, &after) == -1)
        return -1;
    return after.ru_minflt;
}
