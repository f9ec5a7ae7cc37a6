/* must fail: process_switch_ns.no_process */
/* fork() has failed: 0 ns. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

static double count_failure(struct wires *w, size_t rounds)
{
    double ns = time_processes(w, rounds);

    return ns < 0 ? 0 : ns;
}

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(count_failure, rounds, cpu);

    return ns;
}
