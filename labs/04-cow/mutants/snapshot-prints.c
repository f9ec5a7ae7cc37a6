/* must fail: save_snapshot.caller; may fail: save_snapshot.exit save_snapshot.error */
/* Says that it has begun. */
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
    dprintf(STDERR_FILENO, "writer %d\n", (int)pid);
    *writer = pid;
    return 0;
}
