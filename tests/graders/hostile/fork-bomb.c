/* expect: read_full.works: a fork bomb: read_full has made */
/* Every process makes more of them. */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    (void)fd, (void)buf, (void)n;
    for (;;)
        fork();
}
