/* must fail: run_detached.works; may fail: run_detached.* */
/* fn is called, not run in a process of its own. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

int run_detached(void (*fn)(void *), void *arg)
{
    fn(arg);
    return 0;
}
