/* must fail: reap_children.caller */
/* Blocks SIGCHLD meanwhile, and unblocks it: who had blocked it before? */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    sigset_t child;

    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child, NULL);
    int result = right_reap_children(n, pids, status);
    int error = errno;
    sigprocmask(SIG_UNBLOCK, &child, NULL);
    errno = error;
    return result;
}
