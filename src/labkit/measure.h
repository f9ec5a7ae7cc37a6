/*
 * measure.h - figures that can be trusted, or that say they cannot.
 *
 * Times are CLOCK_MONOTONIC's. A figure is the median of rounds, with its spread; where the rounds
 * disagree too much there is no figure, but the range they lay in.
 */
#ifndef PROCLAB_LABKIT_MEASURE_H
#define PROCLAB_LABKIT_MEASURE_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lab;

struct measure {
    size_t rounds;
    double min, median, p99, max;
    double low, high; /* quartiles: half of the rounds lay between them */
    double spread;    /* (high - low) / median */
    bool is_noisy;    /* spread above MEASURE_NOISY, or fewer than 3 rounds */
};

/* A spread above this is too much for one figure. */
#define MEASURE_NOISY 0.25

uint64_t measure_now_ns(void);

/*
 * Of n >= 1 samples, which are sorted in place. Percentiles by nearest rank. 0, or -EINVAL for n 0.
 */
int measure_summarize(double samples[], size_t n, struct measure *m);

/* Call round(arg) warm_up times and forget, then `rounds` times into samples[]. */
void measure_rounds(double (*round)(void *arg), void *arg, size_t warm_up, size_t rounds,
                    double samples[]);

/*
 * State it as a fact: the median, and between what half of the rounds lay; or, if noisy, null and
 * that range. method: how it was measured; NULL: said elsewhere.
 */
void measure_fact(struct lab *lab, const char *name, const struct measure *m, const char *unit,
                  const char *method);

/*
 * The CPUs that this thread may run on, ascending: at most max; returns how many there are. -errno.
 */
int measure_cpus(int cpus[], int max);
/* Bind the calling thread to one CPU. 0 or -errno. */
int measure_pin(int cpu);
/* The thread's CPUs as they are, to be put back with sched_setaffinity(0, ...). 0 or -errno. */
int measure_keep_cpus(cpu_set_t *set);

/*
 * After a fork, have a fault over that belongs to nobody's lesson: the kernel writes to the
 * thread's rseq area, in memory that both share now, whenever it has preempted or moved the thread. Where faults are
 * counted, parent and child call this first.
 */
void measure_after_fork(void);

/* "Linux 6.18.44 x86_64, AMD EPYC, 2 CPUs usable". Returns buf. */
char *measure_machine(char *buf, size_t len);

#endif
