/* must fail: read_full.exact */
/* Reads by 4,096 bytes: what is beyond n is taken from the pipe and lost. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

#include <string.h>

ssize_t read_full(int fd, void *buf, size_t n)
{
    size_t have = 0;

    while (have < n) {
        char block[4096];
        ssize_t got = read(fd, block, sizeof block);
        if (got == 0)
            break;
        if (got == -1 && errno == EINTR)
            continue;
        if (got == -1)
            return -1;
        size_t use = (size_t)got < n - have ? (size_t)got : n - have;
        memcpy((char *)buf + have, block, use);
        have += use;
    }
    return (ssize_t)have;
}
