/* must fail: read_full.large */
/* No more than 64 KiB, as a pipe holds no more. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    return right_read_full(fd, buf, n < 65536 ? n : 65536);
}
