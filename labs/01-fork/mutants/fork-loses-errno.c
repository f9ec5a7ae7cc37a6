/* must fail: fork_children.failure fork_children.eintr */
/* What waiting leaves in errno is not fork's. */
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
            int unused;
            while (i-- > 0)
                wait_for(pids[i], &unused);
            errno = ECHILD;
            return -1;
        }
    }
    return 0;
}
