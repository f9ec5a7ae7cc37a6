/* must fail: process_switch_ns.rounds_zero */
/* Divides by rounds, whatever it is. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    if (rounds == 0)
        return 0.0 / (double)rounds;
    return measure(time_processes, rounds, cpu);
}
