/* must fail: reap_children.running; may fail: reap_children.* */
/* It ends the children, where it was to wait for their end. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    for (size_t i = 0; i < n; i++) {
        siginfo_t info = {.si_pid = 0};
        int found =
            waitid(P_PID, (id_t)pids[i], &info, WEXITED | WNOHANG | WNOWAIT);
        if (found == 0 && info.si_pid == 0)
            kill(pids[i], SIGKILL);
    }
    return right_reap_children(n, pids, status);
}
