/* must fail: save_snapshot.two */
/* Waits for the one before to end. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{

    static pid_t last;
    siginfo_t info;

    if (last > 0)
        waitid(P_PID, (id_t)last, &info, WEXITED | WNOWAIT);
    int result = right_save_snapshot(data, len, fd, writer);
    last = result == 0 ? *writer : 0;
    return result;
}
