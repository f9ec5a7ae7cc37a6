/* must fail: reap_children.other_children */
/* Each status is stored where it belongs, but strangers are waited for, too. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    for (size_t left = n; left > 0;) {
        int wstatus;
        pid_t pid = wait(&wstatus);

        if (pid == -1 && errno == EINTR)
            continue;
        if (pid == -1)
            return -1;
        for (size_t i = 0; i < n; i++)
            if (pids[i] == pid) {
                status[i] = wstatus;
                left--;
            }
    }
    return 0;
}
