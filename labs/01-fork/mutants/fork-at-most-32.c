/* must fail: fork_children.many */
/* An array of fixed size. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

int fork_children(size_t n, pid_t pids[])
{
    return right_fork_children(n < 32 ? n : 32, pids);
}
