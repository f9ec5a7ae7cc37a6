/* must fail: save_snapshot.works; may fail: save_snapshot.* */
/* Has the kernel reap the writer: its status is lost. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    signal(SIGCHLD, SIG_IGN);
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        signal(SIGPIPE, SIG_IGN);
        _exit(write_all(fd, data, len) ? 0 : 1);
    }
    *writer = pid;
    return 0;
}
