/* must fail: thread_switch_ns.rounds_zero */
/* Binds the caller, and then sees that there is nothing to measure. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    if (rounds == 0) {
        pin_to_cpu(cpu);
        return -1;
    }
    return right_thread_switch_ns(rounds, cpu);
}
