/* must fail: process_switch_ns.time; may fail: process_switch_ns.not_subtracted */
/* The time of a round trip, not of one way. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    return 2 * measure(time_processes, rounds, cpu);
}
