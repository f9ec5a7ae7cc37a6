/* must fail: reap_children.eintr */
/* Notes that one is no child, and takes errno from what came last. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    int result = 0;

    for (size_t i = 0; i < n; i++)
        if (wait_for(pids[i], &status[i]) == -1)
            result = -1;
    return result;
}
