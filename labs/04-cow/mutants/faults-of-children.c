/* must fail: count_minor_faults.works; may fail: count_minor_faults.numbers count_minor_faults.cow count_minor_faults.thread count_minor_faults.warm */
/* Asks for what children have cost. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

long count_minor_faults(void (*fn)(void *), void *arg)
{

    struct rusage before, after;

    if (getrusage(RUSAGE_CHILDREN, &before) == -1)
        return -1;
    fn(arg);
    if (getrusage(RUSAGE_CHILDREN, &after) == -1)
        return -1;
    return after.ru_minflt - before.ru_minflt;
}
