/* must fail: reap_children.stopped */
/* WUNTRACED: a child that stopped is taken for one that ended. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    int error = 0;

    for (size_t i = 0; i < n; i++)
        while (waitpid(pids[i], &status[i], WUNTRACED) == -1)
            if (errno != EINTR) {
                error = errno;
                break;
            }
    errno = error;
    return error == 0 ? 0 : -1;
}
