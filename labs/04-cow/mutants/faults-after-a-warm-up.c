/* must fail: count_minor_faults.works; may fail: count_minor_faults.numbers count_minor_faults.cow count_minor_faults.thread count_minor_faults.once */
/* Calls fn once beforehand, to warm up: then nothing is left to fault. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

long count_minor_faults(void (*fn)(void *), void *arg)
{

    fn(arg);
    return right_count_minor_faults(fn, arg);
}
