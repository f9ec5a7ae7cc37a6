/* must fail: save_snapshot.caller; may fail: save_snapshot.at_once save_snapshot.changed save_snapshot.large save_snapshot.two save_snapshot.interrupted save_snapshot.no_process */
/* Makes fd non-blocking, for the caller as well. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
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
