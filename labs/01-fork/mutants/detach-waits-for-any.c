/* must fail: run_detached.other_children; may fail: run_detached.no_zombie */
/* wait() takes whichever child has ended. */
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
            _exit(0);
        }
        _exit(grandchild == -1 ? errno : 0);
    }
    (void)pid;
    while (wait(&wstatus) == -1)
        if (errno != EINTR)
            return -1;
    if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == ENOMEM)
        errno = ENOMEM;
    return WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == ENOMEM ? -1 : 0;
}
