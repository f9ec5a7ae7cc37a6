/* must fail: count_minor_faults.numbers; may fail: count_minor_faults.warm count_minor_faults.cow count_minor_faults.thread */
/* A constant in place of a measurement. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

long count_minor_faults(void (*fn)(void *), void *arg)
{

    fn(arg);
    return 37;
}
