/* must fail: reap_children.order reap_children.other_children; may fail: reap_children.* */
/* wait() gives whichever ends first: its status is stored for another one. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    (void)pids;
    for (size_t i = 0; i < n; i++)
        while (wait(&status[i]) == -1)
            if (errno != EINTR)
                return -1;
    return 0;
}
