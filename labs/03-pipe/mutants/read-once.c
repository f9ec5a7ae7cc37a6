/* must fail: read_full.short_reads; may fail: read_full.eintr read_full.error read_full.large */
/* Takes the first, short read for the whole. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    ssize_t got;

    do
        got = read(fd, buf, n);
    while (got == -1 && errno == EINTR);
    return got;
}
