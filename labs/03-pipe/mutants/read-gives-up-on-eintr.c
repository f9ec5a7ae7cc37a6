/* must fail: read_full.eintr */
/* Takes an interrupted read for a failed one. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    size_t have = 0;

    while (have < n) {
        ssize_t got = read(fd, (char *)buf + have, n - have);
        if (got == 0)
            break;
        if (got == -1)
            return -1;
        have += (size_t)got;
    }
    return (ssize_t)have;
}
