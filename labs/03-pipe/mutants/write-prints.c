/* must fail: write_full.caller; may fail: write_full.error */
/* Prints how far it is: left over from looking for a mistake. */
#define write_full right_write_full
#include "../solution.c"
#undef write_full

#include <stdio.h>

ssize_t write_full(int fd, const void *buf, size_t n)
{
    ssize_t put = right_write_full(fd, buf, n);

    fprintf(stderr, "write_full: %zd\n", put);
    return put;
}
