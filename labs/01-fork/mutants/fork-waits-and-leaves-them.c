/* must fail: fork_children.no_wait; may fail: fork_children.other_children */
/* Waits until they have ended, though it leaves them to be waited for. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

int fork_children(size_t n, pid_t pids[])
{
    for (size_t i = 0; i < n; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit((int)(i & 0xff));
        if (pids[i] == -1) {
            int error = errno, unused;
            while (i-- > 0)
                wait_for(pids[i], &unused);
            errno = error;
            return -1;
        }
        siginfo_t info;
        waitid(P_PID, (id_t)pids[i], &info, WEXITED | WNOWAIT);
    }
    return 0;
}
