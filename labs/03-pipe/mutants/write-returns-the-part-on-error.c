/* must fail: write_full.error */
/* Returns how much went out, not -1, where an error came after a part. */
#define write_full right_write_full
#include "../solution.c"
#undef write_full

ssize_t write_full(int fd, const void *buf, size_t n)
{
    size_t sent = 0;

    while (sent < n) {
        ssize_t put = write(fd, (const char *)buf + sent, n - sent);
        if (put >= 0)
            sent += (size_t)put;
        else if (errno != EINTR)
            return sent > 0 ? (ssize_t)sent : -1;
    }
    return (ssize_t)sent;
}
