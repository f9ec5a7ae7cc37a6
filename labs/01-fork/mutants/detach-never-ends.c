/* must fail: run_detached.exit_code run_detached.no_zombie; may fail: run_detached.* */
/* After fn, its process waits for nothing. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

int run_detached(void (*fn)(void *), void *arg)
{
    int wstatus;
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        pid_t grandchild = fork();
        if (grandchild == 0) {
            fn(arg);
            for (;;)
                pause();
        }
        _exit(grandchild == -1 ? errno : 0);
    }
    if (wait_for(pid, &wstatus) == -1)
        return -1;
    if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == 0)
        return 0;
    errno = WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : ECHILD;
    return -1;
}
