/* must fail: process_switch_ns.no_leak; may fail: process_switch_ns.rounds_zero process_switch_ns.no_such_cpu process_switch_ns.no_process process_switch_ns.no_pipe */
/* Prints the figure. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_processes, rounds, cpu);

    printf("%g ns\n", ns);
    fflush(stdout);
    return ns;
}
