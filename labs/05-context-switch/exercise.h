/*
 * exercise.h - the contract of lab 05, context switches. You write these five
 * functions in exercise.c; the grader looks at what they did in the kernel.
 *
 * Read first: proc_pid_status(5), sched_setaffinity(2), CPU_SET(3), pipe(2),
 * fork(2), waitpid(2), pthread_create(3), pthread_join(3), clock_gettime(2),
 * getrusage(2). In TLPI: chapters 35.4 (CPU affinity), 44 (pipes), 29
 * (threads), 36.1 (resource usage), 23.5 (clocks).
 *
 * All five keep these promises:
 *
 *   - On failure those that return an int return -1 with errno saying why;
 *     those that return a time return a number below 0.
 *   - A call that a signal handler interrupted (EINTR) is taken up again.
 *   - When they return, on failure too, no file descriptor is open that was
 *     not open before, and no process or thread of theirs is left, running
 *     or zombie.
 *   - Other children and threads of the caller are left alone: neither waited
 *     for, nor signalled, nor bound.
 *   - The caller's signal dispositions, signal mask and environment are as
 *     before, and so are the CPUs that it may run on (but for pin_to_cpu).
 *   - Nothing is printed; a forked child leaves by _exit(2).
 */
#ifndef LAB_05_CONTEXT_SWITCH_EXERCISE_H
#define LAB_05_CONTEXT_SWITCH_EXERCISE_H

#include <stddef.h>
#include <sys/types.h>

struct switch_counts {
    unsigned long long voluntary;   /* it had to wait for something */
    unsigned long long involuntary; /* the CPU was taken away from it */
};

/*
 * How often one task gave up the CPU, and how often it lost it, from /proc.
 *
 * tid is a task: a thread's ID, of whatever process; a process's PID is the ID
 * of its main thread. The counts are that task's alone, not its process's.
 *
 * Returns 0, or -1 with errno (no such task: ESRCH or ENOENT).
 */
int read_switch_counts(pid_t tid, struct switch_counts *counts);

/*
 * Bind the calling thread, and no other, to one CPU.
 *
 * Returns 0. -1 with errno if it cannot be: EINVAL where there is no such CPU,
 * a negative number or one that is not below CPU_SETSIZE. Then the thread may
 * run where it might before.
 */
int pin_to_cpu(int cpu);

/*
 * What it costs to get from one process to another: a byte goes to and fro
 * between two processes through two pipes, `rounds` times there and back,
 * both of them bound to `cpu`, so that each waits while the other runs.
 *
 * Returns the nanoseconds of one way: the time that the round trips took,
 * divided by 2 * rounds. It is an average of all rounds, and nothing is
 * subtracted from it. Afterwards the caller is bound as before.
 *
 * A number below 0 if rounds is 0, if there is no such CPU, or if a process
 * or a pipe cannot be made.
 */
double process_switch_ns(size_t rounds, int cpu);

/*
 * The same between two threads of this process, through two pipes as well.
 * Below 0 also if a thread cannot be made.
 */
double thread_switch_ns(size_t rounds, int cpu);

struct summary {
    double min, median, p99, mean;
};

/*
 * Sum up n >= 1 samples, in whatever order they are. They are not changed.
 *
 * The percentiles are those of the nearest rank: the p-th is the sample of
 * rank ceil(p * n / 100), from 1, in ascending order; the median is the 50th.
 *
 * Returns 0. -1 with EINVAL if n is 0, and with ENOMEM if memory runs out.
 */
int summarize(const double *samples, size_t n, struct summary *out);

#endif
