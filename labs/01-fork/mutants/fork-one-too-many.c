/* must fail: fork_children.exact; may fail: fork_children.* */
/* A process more than was asked for. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

int fork_children(size_t n, pid_t pids[])
{
    if (n > 0 && fork() == 0)
        _exit(0);
    return right_fork_children(n, pids);
}
