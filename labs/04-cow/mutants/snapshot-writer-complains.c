/* must fail: save_snapshot.error */
/* The writer that cannot write says so on standard error. */
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
        if (write_all(fd, data, len))
            _exit(0);
        perror("write");
        _exit(1);
    }
    *writer = pid;
    return 0;
}
