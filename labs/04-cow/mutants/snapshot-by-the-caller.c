/* must fail: save_snapshot.works; may fail: save_snapshot.* */
/* Writes itself, and has a child that only exits. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        _exit(0);
    }
    if (!write_all(fd, data, len))
        return -1;
    waitpid(pid, NULL, 0);
    *writer = pid;
    return 0;
}
