/* must fail: save_snapshot.at_once; may fail: save_snapshot.changed save_snapshot.large save_snapshot.two save_snapshot.interrupted */
/* Waits for the writer. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        signal(SIGPIPE, SIG_IGN);
        _exit(write_all(fd, data, len) ? 0 : 1);
    }
    siginfo_t info;
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1 &&
           errno == EINTR)
        ;
    *writer = pid;
    return 0;
}
