/* must fail: count_minor_faults.works; may fail: count_minor_faults.* */
/* Does not pass arg on. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

long count_minor_faults(void (*fn)(void *), void *arg)
{

    (void)arg;
    return right_count_minor_faults(fn, NULL);
}
