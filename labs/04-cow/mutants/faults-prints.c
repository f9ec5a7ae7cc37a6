/* must fail: count_minor_faults.caller */
/* Prints what it has counted. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

long count_minor_faults(void (*fn)(void *), void *arg)
{

    long faults = right_count_minor_faults(fn, arg);

    printf("%ld faults\n", faults);
    return faults;
}
