/* must fail: save_snapshot.no_process */
/* Blocks SIGPIPE before the fork, and forgets that where the fork fails. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    sigset_t set, before;

    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigprocmask(SIG_BLOCK, &set, &before);
    if (right_save_snapshot(data, len, fd, writer) == -1)
        return -1;
    sigprocmask(SIG_SETMASK, &before, NULL);
    return 0;
}
