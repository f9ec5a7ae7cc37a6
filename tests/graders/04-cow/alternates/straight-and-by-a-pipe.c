/*
 * A right way that is not the solution's: as one writes it at first. Nothing
 * is warmed up before the faults are counted, the page size is asked for in
 * the loop, stdio reads pagemap, the report comes through a pipe, and waitid()
 * waits.
 */
#include "exercise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static long minor_faults(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == -1 ? -1 : usage.ru_minflt;
}

long count_minor_faults(void (*fn)(void *), void *arg)
{
    long before = minor_faults();
    fn(arg);
    return minor_faults() - before;
}

struct seen {
    size_t alone, together;
};

static int see(pid_t pid, const void *addr, size_t pages, struct seen *seen)
{
    char path[64];
    sprintf(path, "/proc/%d/pagemap", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    *seen = (struct seen){0, 0};
    fseeko(file, (off_t)((uintptr_t)addr / (size_t)getpagesize() * 8), SEEK_SET);
    for (size_t i = 0; i < pages; i++) {
        uint64_t entry;
        if (fread(&entry, sizeof entry, 1, file) != 1) {
            fclose(file);
            errno = ESRCH;
            return -1;
        }
        if (entry & 1ULL << 63)
            *(entry & 1ULL << 56 ? &seen->alone : &seen->together) += 1;
    }
    fclose(file);
    return 0;
}

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{
    struct seen seen;
    return see(pid, addr, pages, &seen) == -1 ? -1 : (ssize_t)seen.alone;
}

int measure_cow(void *region, size_t pages, size_t touched, struct cow_report *report)
{
    int ends[2];
    if (touched > pages)
        return errno = EINVAL, -1;
    if (pipe(ends) == -1)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct seen before, after;
        struct cow_report r;
        see(getpid(), region, pages, &before);
        long faults = minor_faults();
        for (size_t i = 0; i < touched; i++)
            ((volatile char *)region)[i * (size_t)sysconf(_SC_PAGESIZE)] = 0;
        r.child_faults = minor_faults() - faults;
        see(getpid(), region, pages, &after);
        r.shared_after_fork = before.together;
        r.shared_after_write = after.together;
        _exit(write(ends[1], &r, sizeof r) != sizeof r);
    }
    int error = errno;
    close(ends[1]);
    ssize_t n = -1;
    while (pid != -1 && (n = read(ends[0], report, sizeof *report)) == -1 && errno == EINTR)
        ;
    close(ends[0]);
    if (pid == -1)
        return errno = error, -1;
    siginfo_t info;
    while (waitid(P_PID, (id_t)pid, &info, WEXITED) == -1 && errno == EINTR)
        ;
    return n == sizeof *report ? 0 : -1;
}

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    *writer = fork();
    if (*writer != 0)
        return *writer == -1 ? -1 : 0;
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
    struct iovec rest = {(void *)(uintptr_t)data, len};
    while (rest.iov_len > 0) {
        size_t some = rest.iov_len < 8192 ? rest.iov_len : 8192;
        struct iovec now = {rest.iov_base, some};
        ssize_t n = writev(fd, &now, 1);
        if (n == -1 && errno == EAGAIN) {
            struct pollfd room = {.fd = fd, .events = POLLOUT};
            poll(&room, 1, -1);
        } else if (n == -1 && errno != EINTR) {
            _exit(1);
        } else if (n > 0) {
            rest.iov_base = (char *)rest.iov_base + n;
            rest.iov_len -= (size_t)n;
        }
    }
    _exit(0);
}
