/* must fail: read_full.error */
/* Reading fails, and it says so itself. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

#include <stdio.h>

ssize_t read_full(int fd, void *buf, size_t n)
{
    ssize_t done = right_read_full(fd, buf, n);
    int error = errno;

    if (done == -1)
        perror("read");
    errno = error;
    return done;
}
