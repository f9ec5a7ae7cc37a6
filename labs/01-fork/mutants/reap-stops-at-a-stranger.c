/* must fail: reap_children.no_child */
/* One is no child: the others are not waited for. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    for (size_t i = 0; i < n; i++)
        if (wait_for(pids[i], &status[i]) == -1)
            return -1;
    return 0;
}
