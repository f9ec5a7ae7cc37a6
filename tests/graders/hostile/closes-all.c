/* expect: read_full.error: read_full took away what is its caller's: .*EBADF */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

/* The caller's own fds, too: what it then cannot do is not the machine's fault. */
ssize_t read_full(int fd, void *buf, size_t n)
{
    for (int other = 3; other < 1024; other++)
        if (other != fd)
            close(other);
    return right_read_full(fd, buf, n);
}
