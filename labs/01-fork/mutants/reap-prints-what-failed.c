/* must fail: reap_children.caller */
/* Says on standard error what has failed: that is the caller's to do. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    int result = right_reap_children(n, pids, status);

    if (result == -1) {
        int error = errno;
        perror("waitpid");
        errno = error;
    }
    return result;
}
