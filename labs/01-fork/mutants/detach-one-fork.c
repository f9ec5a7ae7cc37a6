/* must fail: run_detached.no_child run_detached.no_zombie; may fail: run_detached.* */
/* A child of the caller's, and then its zombie. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

int run_detached(void (*fn)(void *), void *arg)
{
    pid_t pid = fork();

    if (pid == 0) {
        fn(arg);
        _exit(0);
    }
    return pid == -1 ? -1 : 0;
}
