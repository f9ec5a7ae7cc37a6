/* must fail: save_snapshot.interrupted; may fail: save_snapshot.honest */
/* Begins again where a write was short. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        size_t sent = 0;
        signal(SIGPIPE, SIG_IGN);
        while (sent < len) {
            ssize_t put = write(fd, data, len - sent);
            if (put == -1 && errno != EINTR)
                _exit(1);
            if (put > 0)
                sent += (size_t)put;
        }
        _exit(0);
    }
    *writer = pid;
    return 0;
}
