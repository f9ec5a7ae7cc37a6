/* expect: read_full.works: read_full returned -1 \[ENOMEM */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    enum { MUCH = 8 << 20 };
    char *some;

    (void)fd, (void)buf, (void)n;
    while ((some = malloc(MUCH)) != NULL)
        some[0] = 1; /* less than all of it, to get there soon */
    return -1;
}
