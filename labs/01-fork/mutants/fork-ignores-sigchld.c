/* must fail: fork_children.works fork_children.caller; may fail: fork_children.* */
/* So that there is no zombie; but the children's statuses are lost with it. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

int fork_children(size_t n, pid_t pids[])
{
    signal(SIGCHLD, SIG_IGN);
    return right_fork_children(n, pids);
}
