/* must fail: fork_children.exact; may fail: fork_children.* */
/* A child goes on in the loop, and makes children of its own. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

int fork_children(size_t n, pid_t pids[])
{
    pid_t caller = getpid();
    int code = 0;

    for (size_t i = 0; i < n; i++) {
        pid_t pid = fork();
        if (pid == 0)
            code = (int)(i & 0xff);
        else if (pid == -1 || getpid() == caller)
            pids[i] = pid;
        if (pid == -1) {
            int error = errno, unused;
            while (i-- > 0)
                wait_for(pids[i], &unused);
            errno = error;
            return -1;
        }
    }
    if (getpid() != caller)
        _exit(code);
    return 0;
}
