/* must fail: fork_children.works; may fail: fork_children.many fork_children.no_wait */
/* Child i exits with i + 1. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

int fork_children(size_t n, pid_t pids[])
{
    for (size_t i = 0; i < n; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit((int)((i + 1) & 0xff));
        if (pids[i] == -1) {
            int error = errno, unused;
            while (i-- > 0)
                wait_for(pids[i], &unused);
            errno = error;
            return -1;
        }
    }
    return 0;
}
