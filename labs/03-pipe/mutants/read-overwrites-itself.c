/* must fail: read_full.short_reads; may fail: read_full.eintr read_full.large */
/* Reads on, but always to the start of the buffer. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    size_t have = 0;

    while (have < n) {
        ssize_t got = read(fd, buf, n - have);
        if (got == 0)
            break;
        if (got > 0)
            have += (size_t)got;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)have;
}
