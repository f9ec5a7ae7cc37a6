/* must fail: process_switch_ns.bound_as_before; may fail: process_switch_ns.no_such_cpu process_switch_ns.no_pipe process_switch_ns.no_process */
/* Puts the caller on all CPUs afterwards, where it may not have been. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_processes, rounds, cpu);
    cpu_set_t all;

    memset(&all, 0xff, sizeof all);
    sched_setaffinity(0, sizeof all, &all);
    return ns;
}
