/* expect: read_full.works: the process was killed by SIGSEGV \(Segmentation fault\) inside read_full */
#define read_full right_read_full
#include "../../../labs/03-pipe/solution.c"
#undef read_full

ssize_t read_full(int fd, void *buf, size_t n)
{
    (void)buf;
    *(volatile char *)8 = 'x';
    return right_read_full(fd, buf, n);
}
