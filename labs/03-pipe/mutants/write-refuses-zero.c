/* must fail: write_full.n_zero */
/* n 0 is taken for an error. */
#define write_full right_write_full
#include "../solution.c"
#undef write_full

ssize_t write_full(int fd, const void *buf, size_t n)
{
    if (n == 0) {
        errno = EINVAL;
        return -1;
    }
    return right_write_full(fd, buf, n);
}
