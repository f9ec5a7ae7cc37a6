/* must fail: process_switch_ns.no_such_cpu */
/* Goes on where it could not be bound. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_processes, rounds, cpu);
    cpu_set_t set;

    if (ns >= 0 || rounds == 0)
        return ns;
    sched_getaffinity(0, sizeof set, &set);
    for (cpu = 0; !CPU_ISSET((size_t)cpu, &set); cpu++)
        ;
    return measure(time_processes, rounds, cpu);
}
