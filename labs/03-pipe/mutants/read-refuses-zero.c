/* must fail: read_full.n_zero */
/* n 0 is taken for an error. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    if (n == 0) {
        errno = EINVAL;
        return -1;
    }
    return right_read_full(fd, buf, n);
}
