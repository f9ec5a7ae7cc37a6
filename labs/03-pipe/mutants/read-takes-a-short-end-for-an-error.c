/* must fail: read_full.eof */
/* Returns -1 where EOF came before n bytes. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    ssize_t have = right_read_full(fd, buf, n);

    return have == (ssize_t)n ? have : -1;
}
