/* expect: read_full.works: the caller is stopped */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    raise(SIGSTOP);
    return right_read_full(fd, buf, n);
}
