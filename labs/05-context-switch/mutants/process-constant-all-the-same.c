/* must fail: process_switch_ns.time process_switch_ns.not_subtracted */
/* Measures, and returns something else. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(time_processes, rounds, cpu) < 0 ? -1 : 5000;
}
