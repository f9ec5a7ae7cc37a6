/*
 * A right way that is not the solution's: clone(2), which no test can make
 * fail; semaphores in shared memory tell child and caller when to look at the
 * pages, which the caller does; all entries are read at once; the writer has
 * every signal blocked.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

long count_minor_faults(void (*fn)(void *), void *arg)
{
    struct rusage usage[2] = {0};

    if (getrusage(RUSAGE_THREAD, &usage[0]) == -1)
        return -1;
    fn(arg);
    if (getrusage(RUSAGE_THREAD, &usage[1]) == -1)
        return -1;
    return usage[1].ru_minflt - usage[0].ru_minflt;
}

/* Those that are present, and whose bit 56 is `alone`. */
static ssize_t look(pid_t pid, const void *addr, size_t pages, unsigned alone)
{
    char path[64];
    size_t bytes = pages * sizeof(uint64_t), have = 0, page_size = (size_t)getpagesize();
    ssize_t got = 1, count = 0;

    snprintf(path, sizeof path, "/proc/%d/task/%d/pagemap", pid, pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd == -1)
        return -1;
    uint64_t *entries = calloc(pages + 1, sizeof *entries);
    if (entries == NULL || lseek(fd, (off_t)((uintptr_t)addr / page_size * 8), SEEK_SET) == -1)
        got = -1;
    while (got > 0 && have < bytes) {
        got = read(fd, (char *)entries + have, bytes - have);
        have += got > 0 ? (size_t)got : 0;
    }
    for (size_t i = 0; i < have / sizeof *entries; i++)
        count += entries[i] >> 63 && (entries[i] >> 56 & 1) == alone;
    int error = errno;
    free(entries);
    close(fd);
    errno = error;
    return got == -1 ? -1 : count;
}

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{
    return look(pid, addr, pages, 1);
}

static pid_t bare_fork(void)
{
    return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

struct meeting {
    sem_t child_is_there, caller_has_looked;
    long faults;
};

static void down(sem_t *sem)
{
    while (sem_wait(sem) == -1)
        ;
}

static _Noreturn void write_pages(volatile char *region, size_t touched, struct meeting *m)
{
    struct rusage before = {0}, after = {0};
    size_t page_size = (size_t)getpagesize();

    sem_post(&m->child_is_there);
    down(&m->caller_has_looked);
    getrusage(RUSAGE_SELF, &before);
    for (volatile char *at = region; touched-- > 0; at += page_size)
        *at = 42;
    getrusage(RUSAGE_SELF, &after);
    m->faults = after.ru_minflt - before.ru_minflt;
    sem_post(&m->child_is_there);
    for (;;)
        pause(); /* until the caller has looked again, and ends us */
}

int measure_cow(void *region, size_t pages, size_t touched, struct cow_report *report)
{
    if (touched > pages)
        return errno = EINVAL, -1;
    struct meeting *m =
        mmap(NULL, sizeof *m, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (m == MAP_FAILED)
        return -1;
    sem_init(&m->child_is_there, 1, 0);
    sem_init(&m->caller_has_looked, 1, 0);
    pid_t pid = bare_fork();
    if (pid == 0)
        write_pages(region, touched, m);
    int error = errno;
    if (pid != -1) {
        down(&m->child_is_there);
        report->shared_after_fork = (size_t)look(pid, region, pages, 0);
        sem_post(&m->caller_has_looked);
        down(&m->child_is_there);
        report->shared_after_write = (size_t)look(pid, region, pages, 0);
        report->child_faults = m->faults;
        kill(pid, SIGKILL);
        while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
            ;
    }
    munmap(m, sizeof *m);
    errno = error;
    return pid == -1 ? -1 : 0;
}

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    sigset_t all, before;

    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &before);
    pid_t pid = bare_fork();
    int error = errno;
    if (pid == 0) {
        for (const char *at = data; len > 0;) {
            ssize_t put = write(fd, at, len < 4096 ? len : 4096);
            if (put == -1)
                _exit(1);
            at += put;
            len -= (size_t)put;
        }
        _exit(0);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    if (pid == -1)
        return -1;
    *writer = pid;
    return 0;
}
