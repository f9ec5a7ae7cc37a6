/* must fail: fork_children.n_zero */
/* The loop asks at its end whether there is one to make. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

int fork_children(size_t n, pid_t pids[])
{
    pid_t unused[1];

    return right_fork_children(n > 0 ? n : 1, n > 0 ? pids : unused);
}
