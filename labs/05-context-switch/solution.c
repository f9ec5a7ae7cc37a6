/*
 * solution.c - lab 05, context switches: the reference. See exercise.h for
 * the contract. A context switch is made by having to wait: the byte is on
 * its way back, and meanwhile the one CPU belongs to the other one.
 */
#include "exercise.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* ---- counting switches, and binding to a CPU ---------------------------- */

int read_switch_counts(pid_t tid, struct switch_counts *counts)
{
    unsigned long long v, i;
    char path[32], line[128];
    int n = 0;

    /* Any task has such a folder, though only processes are listed. */
    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    errno = ENODATA; /* unless reading fails: ESRCH, it has just ended */
    while (n < 2 && fgets(line, sizeof line, file) != NULL) {
        n += sscanf(line, "voluntary_ctxt_switches: %llu", &v) == 1;
        n += sscanf(line, "nonvoluntary_ctxt_switches: %llu", &i) == 1;
    }
    int error = errno;
    fclose(file);
    errno = error;
    if (n < 2)
        return -1;
    *counts = (struct switch_counts){v, i};
    return 0;
}

int pin_to_cpu(int cpu)
{
    cpu_set_t set;

    if (cpu < 0 || cpu >= CPU_SETSIZE) {
        errno = EINVAL;
        return -1;
    }
    CPU_ZERO(&set);
    CPU_SET((size_t)cpu, &set);
    return sched_setaffinity(0, sizeof set, &set); /* 0: this thread alone */
}

/* ---- a byte to and fro -------------------------------------------------- */

/* The two pipes: each one's read end at 0, write end at 1. */
struct wires {
    int there[2], back[2];
};

static void close_end(int *end)
{
    if (*end != -1)
        close(*end);
    *end = -1;
}

static void close_pipe(int ends[2])
{
    close_end(&ends[0]);
    close_end(&ends[1]);
}

static int open_wires(struct wires *w)
{
    if (pipe(w->there) == -1)
        return -1;
    if (pipe(w->back) == -1) {
        int error = errno;
        close_pipe(w->there);
        errno = error;
        return -1;
    }
    return 0;
}

/* One byte goes out. False: an error. */
static bool put(int fd)
{
    ssize_t n;

    while ((n = write(fd, "x", 1)) == -1 && errno == EINTR)
        ;
    return n == 1;
}

/* One byte comes in: this is where the CPU is given up. False: EOF, error. */
static bool take(int fd)
{
    char byte;
    ssize_t n;

    while ((n = read(fd, &byte, 1)) == -1 && errno == EINTR)
        ;
    return n == 1;
}

/* The other side: each byte back at once, until EOF. */
static void send_back(const struct wires *w)
{
    while (take(w->there[0]) && put(w->back[1]))
        ;
}

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* This side: nanoseconds one way; -1: the other side has gone. */
static double time_rounds(const struct wires *w, size_t rounds)
{
    double start = 0;

    for (size_t i = 0; i <= rounds; i++) {
        if (i == 1) /* the first trip is not timed: the other side begins */
            start = now_ns();
        if (!put(w->there[1]) || !take(w->back[0]))
            return -1;
    }
    return (now_ns() - start) / 2 / (double)rounds;
}

/* ---- between two processes ---------------------------------------------- */

static double time_processes(struct wires *w, size_t rounds)
{
    pid_t pid = fork(); /* the child is bound as we are */

    if (pid == -1)
        return -1;
    if (pid == 0) {
        close_end(&w->there[1]); /* or it would never see EOF */
        close_end(&w->back[0]);
        send_back(w);
        _exit(0);
    }
    close_end(&w->there[0]);
    close_end(&w->back[1]); /* a child that is killed is EOF for us */
    double ns = time_rounds(w, rounds);
    close_end(&w->there[1]); /* EOF for the child */
    while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
        ;
    return ns;
}

/* ---- between two threads ------------------------------------------------ */

static void *thread_main(void *arg)
{
    send_back(arg);
    return NULL;
}

static double time_threads(struct wires *w, size_t rounds)
{
    pthread_t thread; /* bound as we are, too */

    if (pthread_create(&thread, NULL, thread_main, w) != 0)
        return -1;
    double ns = time_rounds(w, rounds);
    close_end(&w->there[1]); /* the only write end: EOF for the thread */
    pthread_join(thread, NULL);
    return ns;
}

/* ---- what both need around it ------------------------------------------- */

static double measure(double (*time_it)(struct wires *, size_t), size_t rounds,
                      int cpu)
{
    cpu_set_t before;
    struct wires w;
    double ns = -1;

    if (rounds == 0 || sched_getaffinity(0, sizeof before, &before) == -1 ||
        pin_to_cpu(cpu) == -1)
        return -1;
    if (open_wires(&w) == 0) {
        ns = time_it(&w, rounds);
        close_pipe(w.there);
        close_pipe(w.back);
    }
    sched_setaffinity(0, sizeof before, &before);
    return ns;
}

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(time_processes, rounds, cpu);
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(time_threads, rounds, cpu);
}

/* ---- summing up --------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y); /* x - y is no int: 0.5 would be 0 */
}

/* Nearest rank: p * n / 100, rounded up. */
static double percentile(const double *sorted, size_t n, size_t p)
{
    size_t rank = (p * n + 99) / 100;

    return sorted[rank - 1];
}

int summarize(const double *samples, size_t n, struct summary *out)
{
    double sum = 0;

    if (n == 0) {
        errno = EINVAL;
        return -1;
    }
    double *sorted = calloc(n, sizeof *sorted); /* n * size may overflow */
    if (sorted == NULL)
        return -1;
    memcpy(sorted, samples, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, by_value);
    for (size_t i = 0; i < n; i++)
        sum += sorted[i];
    *out = (struct summary){
        .min = sorted[0],
        .median = percentile(sorted, n, 50),
        .p99 = percentile(sorted, n, 99),
        .mean = sum / (double)n,
    };
    free(sorted);
    return 0;
}
