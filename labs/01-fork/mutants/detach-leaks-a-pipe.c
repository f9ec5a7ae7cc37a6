/* must fail: run_detached.caller */
/* The pipe through which it learns of the second fork() stays open. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

int run_detached(void (*fn)(void *), void *arg)
{
    int ends[2];

    if (pipe(ends) == -1)
        return -1;
    close(ends[1]);
    return right_run_detached(fn, arg);
}
