/* must fail: write_full.error */
/* Writing fails, and it says so itself. */
#define write_full right_write_full
#include "../solution.c"
#undef write_full

#include <stdio.h>

ssize_t write_full(int fd, const void *buf, size_t n)
{
    ssize_t done = right_write_full(fd, buf, n);
    int error = errno;

    if (done == -1)
        perror("write");
    errno = error;
    return done;
}
