/* must fail: count_minor_faults.caller */
/* Reads /proc/thread-self/stat, and leaves it open. */
#define count_minor_faults right_count_minor_faults
#include "../solution.c"
#undef count_minor_faults

#include <stdlib.h>

static long faults_until_now(int fd)
{
    char text[1024];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);

    text[n > 0 ? n : 0] = '\0';
    const char *at = strrchr(text, ')'); /* the end of field 2 */
    for (int field = 2; at != NULL && field < 10; field++)
        at = strchr(at + 1, ' ');
    return at == NULL ? 0 : strtol(at, NULL, 10);
}

long count_minor_faults(void (*fn)(void *), void *arg)
{

    int fd = open("/proc/thread-self/stat", O_RDONLY | O_CLOEXEC);
    long before = faults_until_now(fd);

    fn(arg);
    return faults_until_now(fd) - before;
}
