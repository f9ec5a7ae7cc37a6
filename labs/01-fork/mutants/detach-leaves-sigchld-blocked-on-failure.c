/* must fail: run_detached.caller */
/* Blocks SIGCHLD meanwhile, and returns early where fork fails. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

int run_detached(void (*fn)(void *), void *arg)
{
    sigset_t child, before;
    int wstatus = 0;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, &before);
    pid_t pid = fork();
    if (pid == -1)
        return -1;
    if (pid == 0) {
        pid_t grandchild = fork();
        if (grandchild == 0) {
            sigprocmask(SIG_SETMASK, &before, NULL);
            fn(arg);
            _exit(0);
        }
        _exit(grandchild == -1 ? errno : 0);
    }
    wait_for(pid, &wstatus);
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = WEXITSTATUS(wstatus);
    return errno == 0 ? 0 : -1;
}
