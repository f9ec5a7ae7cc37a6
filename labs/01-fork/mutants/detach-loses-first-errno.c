/* must fail: run_detached.failure */
/* -1, but not with fork's errno. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

int run_detached(void (*fn)(void *), void *arg)
{
    int result = right_run_detached(fn, arg);

    if (result == -1)
        errno = EINVAL;
    return result;
}
