/* must fail: reap_children.no_child */
/* All that could be waited for were: it returns 0. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    for (size_t i = 0; i < n; i++)
        wait_for(pids[i], &status[i]);
    return 0;
}
