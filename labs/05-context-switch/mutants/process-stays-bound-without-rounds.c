/* must fail: process_switch_ns.rounds_zero */
/* Binds the caller, and then sees that there is nothing to measure. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    if (rounds == 0) {
        pin_to_cpu(cpu);
        return -1;
    }
    return right_process_switch_ns(rounds, cpu);
}
