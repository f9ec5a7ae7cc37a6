/* must fail: save_snapshot.interrupted; may fail: save_snapshot.honest save_snapshot.reader_gone */
/* One write(2), whatever it returns. */
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
        ssize_t put;
        do
            put = write(fd, data, len);
        while (put == -1 && errno == EINTR);
        _exit(put == -1 ? 1 : 0);
    }
    *writer = pid;
    return 0;
}
