/* must fail: write_full.sigpipe; may fail: write_full.caller */
/* Changes the caller's SIGPIPE, which is none of its business. */
#define write_full right_write_full
#include "../solution.c"
#undef write_full

ssize_t write_full(int fd, const void *buf, size_t n)
{
    signal(SIGPIPE, SIG_IGN);
    return right_write_full(fd, buf, n);
}
