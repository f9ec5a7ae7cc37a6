/* must fail: write_full.eintr */
/* Takes an interrupted write for a failed one. */
#define write_full right_write_full
#include "../solution.c"
#undef write_full

ssize_t write_full(int fd, const void *buf, size_t n)
{
    size_t sent = 0;

    while (sent < n) {
        ssize_t put = write(fd, (const char *)buf + sent, n - sent);
        if (put == -1)
            return -1;
        sent += (size_t)put;
    }
    return (ssize_t)sent;
}
