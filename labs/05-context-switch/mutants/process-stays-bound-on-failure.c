/* must fail: process_switch_ns.no_pipe; may fail: process_switch_ns.no_such_cpu process_switch_ns.no_process process_switch_ns.rounds_zero */
/* Returns early, and is still bound. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_processes, rounds, cpu);

    if (ns < 0)
        pin_to_cpu(cpu);
    return ns;
}
