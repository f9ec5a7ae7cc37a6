/* must fail: write_full.short_writes; may fail: write_full.eintr write_full.error */
/* Takes the first, short write for the whole. */
#define write_full right_write_full
#include "../solution.c"
#undef write_full

ssize_t write_full(int fd, const void *buf, size_t n)
{
    ssize_t put;

    do
        put = write(fd, buf, n);
    while (put == -1 && errno == EINTR);
    return put == -1 ? -1 : (ssize_t)n;
}
