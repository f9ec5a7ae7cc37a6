/* must fail: reap_children.works; may fail: reap_children.* */
/* The exit code, where the wait status is asked for. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    int result = right_reap_children(n, pids, status);

    for (size_t i = 0; i < n; i++)
        status[i] = WEXITSTATUS(status[i]);
    return result;
}
