/* must fail: read_full.works; may fail: read_full.* */
/* Returns 0 for success, not the count. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    return right_read_full(fd, buf, n) == -1 ? -1 : 0;
}
