/* must fail: run_detached.caller */
/* Prints what it made: left over from looking for a mistake. */
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
            dprintf(STDERR_FILENO, "detached: %d\n", (int)getpid());
            fn(arg);
            _exit(0);
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
