#include "run/fds.h"

#include <fcntl.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

/*
 * close_range(2), also on kernels before 5.9 (5.11 for the flag) and where a container denies it.
 */
static void close_range_anyway(unsigned first, unsigned last, unsigned flags)
{
    if (first > last || syscall(SYS_close_range, first, last, flags) == 0)
        return;
    struct rlimit limit;
    unsigned end = UINT16_MAX;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < end)
        end = (unsigned)limit.rlim_cur;
    for (unsigned fd = first; fd <= last && fd < end; fd++) {
        if (flags == 0)
            close((int)fd);
        else
            fcntl((int)fd, F_SETFD, FD_CLOEXEC);
    }
}

void fds_mark_close_on_exec(int first)
{
    close_range_anyway((unsigned)first, UINT32_MAX, CLOSE_RANGE_CLOEXEC);
}

void fds_close_others(int *fds, size_t n)
{
    for (size_t i = 1; i < n; i++)
        for (size_t j = i; j > 0 && fds[j] < fds[j - 1]; j--) {
            int swapped = fds[j];
            fds[j] = fds[j - 1];
            fds[j - 1] = swapped;
        }
    unsigned next = 0;
    for (size_t i = 0; i < n; i++) {
        if (fds[i] < 0)
            continue;
        if ((unsigned)fds[i] > next)
            close_range_anyway(next, (unsigned)fds[i] - 1, 0);
        next = (unsigned)fds[i] + 1;
    }
    close_range_anyway(next, UINT32_MAX, 0);
    /* Else the next file to be opened would be standard output. */
    int fd;
    while ((fd = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && fd <= STDERR_FILENO)
        ;
    if (fd >= 0)
        close(fd);
}
