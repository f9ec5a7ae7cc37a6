/* expect: read_full.works: output without end: read_full printed more than 16 MiB */
#include <stdio.h>
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    (void)buf;
    for (;;)
        printf("reading %zu bytes of %d\n", n, fd);
}
