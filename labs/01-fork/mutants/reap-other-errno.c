/* must fail: reap_children.no_child */
/* -1, but not with ECHILD. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    int result = right_reap_children(n, pids, status);

    if (result == -1)
        errno = EINVAL;
    return result;
}
