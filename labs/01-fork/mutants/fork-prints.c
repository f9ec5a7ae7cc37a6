/* must fail: fork_children.caller */
/* Prints what it makes: left over from looking for a mistake. */
#define fork_children right_fork_children
#include "../solution.c"
#undef fork_children

int fork_children(size_t n, pid_t pids[])
{
    int result = right_fork_children(n, pids);

    for (size_t i = 0; i < n && result == 0; i++)
        fprintf(stderr, "child %zu is %d\n", i, (int)pids[i]);
    return result;
}
