/* must fail: thread_switch_ns.time; may fail: thread_switch_ns.not_subtracted */
/* The time of a round trip, not of one way. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    return 2 * measure(time_threads, rounds, cpu);
}
