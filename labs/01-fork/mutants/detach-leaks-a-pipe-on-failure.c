/* must fail: run_detached.caller */
/* A pipe tells of the second fork; where the first one fails, it stays open. */
#define run_detached right_run_detached
#include "../solution.c"
#undef run_detached

int run_detached(void (*fn)(void *), void *arg)
{
    int ends[2], why = 0;

    if (pipe(ends) == -1)
        return -1;
    pid_t pid = fork();
    if (pid == -1)
        return -1;
    if (pid == 0) {
        pid_t grandchild = fork();
        if (grandchild == 0) {
            close(ends[0]);
            close(ends[1]);
            fn(arg);
            _exit(0);
        }
        why = grandchild == -1 ? errno : 0;
        _exit(write(ends[1], &why, sizeof why) == sizeof why ? 0 : 1);
    }
    close(ends[1]);
    while (read(ends[0], &why, sizeof why) == -1 && errno == EINTR)
        ;
    close(ends[0]);
    int unused;
    wait_for(pid, &unused);
    errno = why;
    return why == 0 ? 0 : -1;
}
