/* must fail: save_snapshot.at_once; may fail: save_snapshot.changed save_snapshot.large save_snapshot.two save_snapshot.works save_snapshot.interrupted */
/* vfork(2) returns in the caller only when the child has ended. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    pid_t pid = vfork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        signal(SIGPIPE, SIG_IGN);
        _exit(write_all(fd, data, len) ? 0 : 1);
    }
    *writer = pid;
    return 0;
}
