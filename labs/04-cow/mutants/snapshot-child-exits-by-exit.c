/* must fail: save_snapshot.exit */
/* The writer leaves by exit(3). */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

#include <stdlib.h>

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        signal(SIGPIPE, SIG_IGN);
        exit(write_all(fd, data, len) ? 0 : 1);
    }
    *writer = pid;
    return 0;
}
