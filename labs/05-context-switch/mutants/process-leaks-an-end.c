/* must fail: process_switch_ns.no_leak; may fail: process_switch_ns.no_process */
/* One end stays open. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_processes, rounds, cpu);

    if (ns > 0)
        dup(STDERR_FILENO);
    return ns;
}
