/* must fail: save_snapshot.error */
/* Fails in the caller where fd cannot be written to. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{

    int flags = fcntl(fd, F_GETFL);

    if (flags == -1 || (flags & O_ACCMODE) == O_RDONLY) {
        errno = EBADF;
        return -1;
    }
    return right_save_snapshot(data, len, fd, writer);
}
