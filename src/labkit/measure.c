#include "labkit/measure.h"

#include "labkit/facts.h"
#include "labkit/text.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/rseq.h>
#include <sys/utsname.h>
#include <time.h>

uint64_t measure_now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Nearest rank: the value of rank n * percent / 100, rounded up, from 1. */
static double percentile(const double sorted[], size_t n, unsigned percent)
{
    size_t rank = (n * percent + 99) / 100;

    return sorted[rank == 0 ? 0 : rank - 1];
}

int measure_summarize(double samples[], size_t n, struct measure *m)
{
    if (n == 0)
        return -EINVAL;
    qsort(samples, n, sizeof samples[0], by_value);
    *m = (struct measure){
        .rounds = n,
        .min = samples[0],
        .max = samples[n - 1],
        .median = percentile(samples, n, 50),
        .p99 = percentile(samples, n, 99),
        .low = percentile(samples, n, 25),
        .high = percentile(samples, n, 75),
    };
    m->spread = m->median > 0 ? (m->high - m->low) / m->median : INFINITY;
    m->is_noisy = n < 3 || !(m->spread <= MEASURE_NOISY);
    return 0;
}

void measure_rounds(double (*round)(void *arg), void *arg, size_t warm_up, size_t rounds,
                    double samples[])
{
    while (warm_up-- > 0)
        round(arg);
    for (size_t i = 0; i < rounds; i++)
        samples[i] = round(arg);
}

void measure_fact(struct lab *lab, const char *name, const struct measure *m, const char *unit,
                  const char *method)
{
    char note[256], low[32], high[32];
    const char *sep = method == NULL ? "" : "; ";

    text_real(m->low, low, sizeof low);
    text_real(m->high, high, sizeof high);
    snprintf(note, sizeof note, "%s%zu: %s to %s%s%s",
             m->is_noisy ? "too noisy, half of " : "median of ", m->rounds, low, high, sep,
             method == NULL ? "" : method);
    if (m->is_noisy)
        fact_unknown(lab, name, unit, note);
    else
        fact_real(lab, name, m->median, unit, FACT_ESTIMATE, note);
}

int measure_keep_cpus(cpu_set_t *set)
{
    return sched_getaffinity(0, sizeof *set, set) == -1 ? -errno : 0;
}

int measure_cpus(int cpus[], int max)
{
    cpu_set_t set;
    int n = 0, error = measure_keep_cpus(&set);

    if (error < 0)
        return error;
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
        if (CPU_ISSET(cpu, &set)) {
            if (n < max)
                cpus[n] = cpu;
            n++;
        }
    return n;
}

int measure_pin(int cpu)
{
    cpu_set_t set;

    if (cpu < 0 || cpu >= CPU_SETSIZE)
        return -EINVAL;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set) == -1 ? -errno : 0;
}

void measure_after_fork(void)
{
    if (__rseq_size == 0) /* glibc.pthread.rseq=0, or a kernel without it */
        return;
    volatile struct rseq *area = (void *)((char *)__builtin_thread_pointer() + __rseq_offset);
    area->flags = area->flags; /* the kernel only reads it, and it is ours to write */
}

/* /proc/cpuinfo: "model name" on x86; elsewhere there may be none. */
static void cpu_model(char *buf, size_t len)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "re");

    snprintf(buf, len, "CPU model not told");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "model name", 10) == 0 && strstr(line, ": ") != NULL) {
            line[strcspn(line, "\n")] = '\0';
            snprintf(buf, len, "%s", strstr(line, ": ") + 2);
            break;
        }
    if (file != NULL)
        fclose(file);
}

char *measure_machine(char *buf, size_t len)
{
    char model[128];
    struct utsname name;

    uname(&name);
    cpu_model(model, sizeof model);
    snprintf(buf, len, "%s %s %s, %s, %d CPUs usable", name.sysname, name.release, name.machine,
             model, measure_cpus(NULL, 0));
    return buf;
}
