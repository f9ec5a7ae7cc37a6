/* must fail: process_switch_ns.time process_switch_ns.not_subtracted */
/* Microseconds. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_processes, rounds, cpu);

    return ns < 0 ? ns : ns / 1000;
}
