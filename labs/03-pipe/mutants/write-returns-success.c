/* must fail: write_full.works; may fail: write_full.* */
/* Returns 0 for success, not n. */
#define write_full right_write_full
#include "../solution.c"
#undef write_full

ssize_t write_full(int fd, const void *buf, size_t n)
{
    return right_write_full(fd, buf, n) == -1 ? -1 : 0;
}
