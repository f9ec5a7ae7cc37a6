/* must fail: run_detached.no_child run_detached.caller; may fail: run_detached.* */
/* With SIGCHLD ignored there are no zombies; but its child it is. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

int run_detached(void (*fn)(void *), void *arg)
{
    signal(SIGCHLD, SIG_IGN);
    pid_t pid = fork();

    if (pid == 0) {
        fn(arg);
        _exit(0);
    }
    return pid == -1 ? -1 : 0;
}
