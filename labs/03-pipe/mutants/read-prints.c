/* must fail: read_full.caller; may fail: read_full.error */
/* Prints how far it is: left over from looking for a mistake. */
#define read_full right_read_full
#include "../solution.c"
#undef read_full

#include <stdio.h>

ssize_t read_full(int fd, void *buf, size_t n)
{
    ssize_t got = right_read_full(fd, buf, n);

    fprintf(stderr, "read_full: %zd\n", got);
    return got;
}
