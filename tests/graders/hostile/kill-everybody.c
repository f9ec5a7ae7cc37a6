/* expect: read_full.works: it called kill\(-1, SIGKILL\) */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    kill(-1, SIGKILL);
    return right_read_full(fd, buf, n);
}
