/*
 * solution.c - lab 04, copy-on-write: a model solution.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- faults of a thread ------------------------------------------------- */

long count_minor_faults(void (*fn)(void *), void *arg)
{
    struct rusage before, after;

    memset(&after, 0, sizeof after); /* it is filled in only after the call */
    if (getrusage(RUSAGE_THREAD, &before) == -1)
        return -1;
    fn(arg);
    if (getrusage(RUSAGE_THREAD, &after) == -1)
        return -1;
    return after.ru_minflt - before.ru_minflt;
}

/* ---- pages of a process ------------------------------------------------- */

/* proc_pid_pagemap(5) */
#define PRESENT   (UINT64_C(1) << 63)
#define EXCLUSIVE (UINT64_C(1) << 56)

struct page_counts {
    size_t private, shared; /* present both; a page may be neither */
};

static void count_entries(const uint64_t entries[], size_t n,
                          struct page_counts *counts)
{
    for (size_t i = 0; i < n; i++) {
        if ((entries[i] & PRESENT) == 0)
            continue;
        if ((entries[i] & EXCLUSIVE) != 0)
            counts->private ++;
        else
            counts->shared++;
    }
}

static int open_pagemap(pid_t pid)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/pagemap", (int)pid);
    return open(path, O_RDONLY | O_CLOEXEC);
}

static int count_pages(pid_t pid, const void *addr, size_t pages,
                       struct page_counts *counts)
{
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    size_t next = (uintptr_t)addr / page_size, end = next + pages;
    uint64_t entries[512];

    *counts = (struct page_counts){0, 0};
    int fd = open_pagemap(pid);
    if (fd == -1)
        return -1;
    while (next < end) {
        size_t n = end - next < 512 ? end - next : 512;
        ssize_t got = pread(fd, entries, n * sizeof entries[0],
                            (off_t)(next * sizeof entries[0]));
        if (got == -1 && errno == EINTR)
            continue;
        if (got <= 0) { /* 0: the process has no memory any more */
            int error = got == 0 ? ESRCH : errno;
            close(fd);
            errno = error;
            return -1;
        }
        count_entries(entries, (size_t)got / sizeof entries[0], counts);
        next += (size_t)got / sizeof entries[0];
    }
    close(fd);
    return 0;
}

ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages)
{
    struct page_counts counts;

    if (count_pages(pid, addr, pages, &counts) == -1)
        return -1;
    return (ssize_t)counts.private;
}

/* ---- what a child's writes cost ----------------------------------------- */

struct writes {
    volatile char *region;
    size_t page_size, touched;
};

static void write_pages(void *arg)
{
    struct writes w = *(struct writes *)arg;

    for (size_t i = 0; i < w.touched; i++)
        w.region[i * w.page_size] = 1;
}

/* The child. Whatever fails in it, errno is its exit status. */
static _Noreturn void write_and_report(void *region, size_t pages,
                                       size_t touched,
                                       struct cow_report *report)
{
    struct writes none = {region, (size_t)sysconf(_SC_PAGESIZE), 0};
    struct writes all = {region, none.page_size, touched};
    struct page_counts before, after;

    if (count_pages(getpid(), region, pages, &before) == -1)
        _exit(errno);
    /* Our stack is shared with the parent, too. Do it all once without a
       write, so that it is the child's own when the faults are counted. */
    count_minor_faults(write_pages, &none);
    report->child_faults = count_minor_faults(write_pages, &all);
    if (report->child_faults == -1 ||
        count_pages(getpid(), region, pages, &after) == -1)
        _exit(errno);
    report->shared_after_fork = before.shared;
    report->shared_after_write = after.shared;
    _exit(0);
}

static int wait_for(pid_t pid, int *wstatus)
{
    while (waitpid(pid, wstatus, 0) == -1)
        if (errno != EINTR)
            return -1;
    return 0;
}

/* The child's exit status as errno; 0 if it is 0. */
static int result_of(pid_t pid)
{
    int wstatus;

    if (wait_for(pid, &wstatus) == -1)
        return -1;
    if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == 0)
        return 0;
    errno = WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : EFAULT;
    return -1;
}

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{
    if (touched > pages) {
        errno = EINVAL;
        return -1;
    }
    /* What the child writes here, the caller sees: it is not private. */
    struct cow_report *theirs =
        mmap(NULL, sizeof *theirs, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (theirs == MAP_FAILED)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        write_and_report(region, pages, touched, theirs);
    int result = pid == -1 ? -1 : result_of(pid);
    int error = errno;
    if (result == 0)
        *report = *theirs;
    munmap(theirs, sizeof *theirs);
    errno = error;
    return result;
}

/* ---- a snapshot --------------------------------------------------------- */

static bool write_all(int fd, const char *data, size_t len)
{
    size_t sent = 0;

    while (sent < len) {
        ssize_t put = write(fd, data + sent, len - sent);
        if (put >= 0)
            sent += (size_t)put;
        else if (errno != EINTR)
            return false;
    }
    return true;
}

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{
    pid_t pid = fork(); /* this is the copy: each page when one of us writes */

    if (pid == -1)
        return -1;
    if (pid == 0) {
        signal(SIGPIPE, SIG_IGN); /* the child's alone: then it is EPIPE */
        _exit(write_all(fd, data, len) ? 0 : 1);
    }
    *writer = pid;
    return 0;
}
