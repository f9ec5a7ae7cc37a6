/* must fail: thread_switch_ns.rounds_zero */
/* Divides by rounds, whatever it is. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    if (rounds == 0)
        return 0.0 / (double)rounds;
    return measure(time_threads, rounds, cpu);
}
