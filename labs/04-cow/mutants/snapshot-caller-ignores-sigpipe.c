/* must fail: save_snapshot.caller; may fail: save_snapshot.other_children save_snapshot.no_process */
/* Ignores SIGPIPE before fork, in the caller. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    signal(SIGPIPE, SIG_IGN);
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
