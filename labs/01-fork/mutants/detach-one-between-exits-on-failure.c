/* must fail: run_detached.exit */
/* The one between leaves by exit(3) where it cannot fork. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

#include <stdlib.h>

int run_detached(void (*fn)(void *), void *arg)
{
    int wstatus = 0;
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        pid_t grandchild = fork();
        if (grandchild == -1)
            exit(errno);
        if (grandchild > 0)
            _exit(0);
        fn(arg);
        _exit(0);
    }
    wait_for(pid, &wstatus);
    errno = WEXITSTATUS(wstatus);
    return errno == 0 ? 0 : -1;
}
