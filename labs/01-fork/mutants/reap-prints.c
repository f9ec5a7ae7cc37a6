/* must fail: reap_children.caller */
/* Prints what it waits for: left over from looking for a mistake. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    printf("waiting for %zu children\n", n);
    return right_reap_children(n, pids, status);
}
