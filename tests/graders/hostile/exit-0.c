/* expect: read_full.works: read_full never returned: it ended the whole process with exit\(0\) */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    (void)fd, (void)buf, (void)n;
    exit(0);
}
