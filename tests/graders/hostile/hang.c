/* expect: read_full.works: read_full does not return: everything is asleep for ever */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    (void)fd, (void)buf, (void)n;
    sigset_t all;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    for (;;)
        pause();
}
