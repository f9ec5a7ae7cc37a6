/* must fail: fork_children.exit; may fail: fork_children.caller */
/* exit() writes out what the caller has in its buffers once more. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

#include <stdlib.h>

int fork_children(size_t n, pid_t pids[])
{
    for (size_t i = 0; i < n; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            exit((int)(i & 0xff));
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
