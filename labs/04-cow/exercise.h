/*
 * exercise.h - the contract of lab 04, copy-on-write. You write these four
 * functions in exercise.c; the grader looks at what they did in the kernel.
 *
 * Read first: fork(2), getrusage(2), proc_pid_pagemap(5), pread(2),
 * waitpid(2), _exit(2); for the last two also mmap(2) (MAP_SHARED), write(2),
 * signal(7). In TLPI: 24.2.2 (the memory semantics of fork), 6.4 (virtual
 * memory), 36.1 (resources), 49 (mappings).
 *
 * All four keep these promises:
 *
 *   - On failure they return -1 with errno saying why.
 *   - A call that a signal handler interrupted (EINTR) is taken up again.
 *   - When they return, on failure too, no file descriptor is open or closed
 *     that was not so before, and no process of theirs is left, running or
 *     zombie; save_snapshot()'s writer excepted, which is its result.
 *   - Other children of the caller are left alone: neither waited for nor
 *     signalled.
 *   - The caller's signal dispositions, signal mask and environment are as
 *     before.
 *   - Nothing is printed; a forked child leaves by _exit(2), and never
 *     returns into the caller's code.
 */
#ifndef LAB_04_COW_EXERCISE_H
#define LAB_04_COW_EXERCISE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Call fn(arg), once and in the calling thread, and return the minor page
 * faults that this call cost the calling thread: none that came before, none
 * of other threads, no major ones. -1 with errno.
 */
long count_minor_faults(void (*fn)(void *), void *arg);

/*
 * Of the `pages` pages from addr on in process pid, how many are present and
 * mapped by that process alone.
 *
 * addr is page-aligned, and an address in that process: the caller may have
 * something else there, or nothing. A page that is not present, or where
 * nothing is mapped, does not count. Any number of pages, 0 included.
 *
 * /proc/PID/pagemap holds 8 bytes for each page: bit 63 says that it is
 * present, bit 56 that it is mapped exclusively. -1 with errno where it
 * cannot be read: there is no such process (ENOENT), it is not yours (EACCES).
 */
ssize_t count_private_pages(pid_t pid, const void *addr, size_t pages);

/* What measure_cow() reports. */
struct cow_report {
    long child_faults;        /* minor ones, of the writes alone */
    size_t shared_after_fork; /* pages of the region that are present and not */
    size_t shared_after_write; /* private, seen in the child */
};

/*
 * Fork a child that writes one byte into each of the first `touched` pages of
 * region, and report what that cost.
 *
 * region is `pages` pages, page-aligned, private and anonymous, without huge
 * pages; some of them may be absent. shared_after_fork is counted before the
 * child's first write, shared_after_write after its last one. child_faults
 * are the minor faults of the writes alone: not of what the child does before
 * or after them, nor of measuring.
 *
 * The caller's memory is as before: what is in it, and what is mapped. 0; -1
 * with EINVAL if touched > pages; -1 with fork's errno if no process can be
 * made.
 */
int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report);

/*
 * Write the len bytes of data, as they are now, to fd, in the background.
 *
 * Returns 0 at once, however slowly fd is read, with the writer's PID in
 * *writer. The caller may change data from then on, or unmap it: what is
 * written is what was there at the call. data is private memory, as what
 * malloc(3) gives, of any size.
 *
 * The writer is a child of the caller, and the caller's to wait for. It exits
 * with 0 when all is written, with 1 when not: an error of write(2), or
 * nobody reads any more; then it is not killed by SIGPIPE. What the caller's
 * signal handlers interrupt in it, it takes up again.
 *
 * -1 with fork's errno if no process can be made.
 */
int save_snapshot(const void *data, size_t len, int fd, pid_t *writer);

#endif
