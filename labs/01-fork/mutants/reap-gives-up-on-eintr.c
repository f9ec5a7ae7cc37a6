/* must fail: reap_children.eintr */
/* A signal handler ran: that child is passed over. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    int result = 0;

    for (size_t i = 0; i < n; i++)
        if (waitpid(pids[i], &status[i], 0) == -1)
            result = -1;
    return result;
}
