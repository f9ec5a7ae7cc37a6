/* must fail: reap_children.caller */
/* The caller's handler of SIGCHLD is gone. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    signal(SIGCHLD, SIG_DFL);
    return right_reap_children(n, pids, status);
}
