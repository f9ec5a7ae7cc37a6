/* must fail: fork_children.other_children; may fail: fork_children.caller */
/* wait() takes whichever child there is. */
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
            int error = errno;
            while (wait(NULL) > 0 || errno == EINTR)
                ;
            errno = error;
            return -1;
        }
    }
    return 0;
}
