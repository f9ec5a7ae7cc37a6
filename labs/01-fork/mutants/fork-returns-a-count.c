/* must fail: fork_children.works; may fail: fork_children.* */
/* The number of children, where 0 is asked for. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

int fork_children(size_t n, pid_t pids[])
{
    return right_fork_children(n, pids) == 0 ? (int)n : -1;
}
