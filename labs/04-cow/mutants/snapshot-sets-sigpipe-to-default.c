/* must fail: save_snapshot.caller */
/* Ignores SIGPIPE around the fork, and then puts its default back, not what was
   there. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    signal(SIGPIPE, SIG_IGN);
    int result = right_save_snapshot(data, len, fd, writer);
    int error = errno;
    signal(SIGPIPE, SIG_DFL);
    errno = error;
    return result;
}
