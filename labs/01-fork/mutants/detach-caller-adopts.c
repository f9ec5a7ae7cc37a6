/* must fail: run_detached.no_child; may fail: run_detached.* */
/* As a subreaper, the caller adopts what it has just let go. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

#include <sys/prctl.h>

int run_detached(void (*fn)(void *), void *arg)
{
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    return right_run_detached(fn, arg);
}
