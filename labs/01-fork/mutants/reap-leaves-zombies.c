/* must fail: reap_children.no_zombie; may fail: reap_children.no_child */
/* WNOWAIT: it looks at each one, and leaves it a zombie. */
#define reap_children right_reap_children
#include "../solution.c"
#undef reap_children

int reap_children(size_t n, const pid_t pids[], int status[])
{
    int error = 0;

    for (size_t i = 0; i < n; i++) {
        siginfo_t info;
        int result;

        while ((result = waitid(P_PID, (id_t)pids[i], &info,
                                WEXITED | WNOWAIT)) == -1 &&
               errno == EINTR)
            ;
        if (result == -1)
            error = errno;
        else if (info.si_code == CLD_EXITED)
            status[i] = info.si_status << 8;
        else
            status[i] = info.si_status;
    }
    errno = error;
    return error == 0 ? 0 : -1;
}
