/*
 * clock.h - a clock of the kernel's in nanoseconds.
 */
#ifndef PROCLAB_PROC_CLOCK_H
#define PROCLAB_PROC_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t clock_ns(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

#endif
