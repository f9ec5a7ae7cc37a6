/* must fail: thread_switch_ns.time; may fail: thread_switch_ns.not_subtracted */
/* The process's CPU time: it does not pass while both wait. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

static double cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static double by_cpu_time(struct wires *w, size_t rounds)
{
    double start = cpu_ns();

    if (time_threads(w, rounds) < 0)
        return -1;
    return (cpu_ns() - start) / 2 / (double)rounds;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(by_cpu_time, rounds, cpu);
}
