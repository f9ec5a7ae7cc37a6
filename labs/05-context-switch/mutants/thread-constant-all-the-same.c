/* must fail: thread_switch_ns.time thread_switch_ns.not_subtracted */
/* Measures, and returns something else. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(time_threads, rounds, cpu) < 0 ? -1 : 5000;
}
