/* expect: read_full.works: an endless loop: read_full has used up 2 s of CPU time */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    volatile size_t rounds = 0;

    (void)fd, (void)buf, (void)n;
    for (;;)
        rounds++;
}
