/*
 * exercise.c - lab 05, context switches: your file.
 *
 * exercise.h says what each function must do. `make grade LAB=5` says how far
 * you are; `make reset LAB=5` gives this file back as it was (yours is kept).
 * Take the functions in this order: each needs what the one before taught.
 */
#include "exercise.h"

#include <errno.h>

int read_switch_counts(pid_t tid, struct switch_counts *counts)
{
    /* /proc/TID/status has two lines that end in ctxt_switches. Whose are
       they where TID is not a process's main thread? */
    (void)tid, (void)counts;
    errno = ENOSYS;
    return -1;
}

int pin_to_cpu(int cpu)
{
    /* CPU_SET(3) does not look at its number. Who else would be bound if the
       first argument of sched_setaffinity(2) were getpid()? */
    (void)cpu;
    errno = ENOSYS;
    return -1;
}

double process_switch_ns(size_t rounds, int cpu)
{
    /* Who closes which end, so that the child sees EOF when you are done?
       What does the child inherit of where you may run? */
    (void)rounds, (void)cpu;
    errno = ENOSYS;
    return -1;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    /* Threads share one table of file descriptors: what closes an end for one
       of them closes it for the other. */
    (void)rounds, (void)cpu;
    errno = ENOSYS;
    return -1;
}

int summarize(const double *samples, size_t n, struct summary *out)
{
    /* The percentiles need the samples in order, and they are not yours to
       sort. Which sample is the 99th percentile of 100, and of 101? */
    (void)samples, (void)n, (void)out;
    errno = ENOSYS;
    return -1;
}
