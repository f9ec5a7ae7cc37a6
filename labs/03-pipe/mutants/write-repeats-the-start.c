/* must fail: write_full.short_writes; may fail: write_full.eintr */
/* Goes on after a short write, but from the start of the buffer. */
#define write_full right_write_full
#include "../solution.c"
#undef write_full

ssize_t write_full(int fd, const void *buf, size_t n)
{
    size_t sent = 0;

    while (sent < n) {
        ssize_t put = write(fd, buf, n - sent);
        if (put >= 0)
            sent += (size_t)put;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)sent;
}
