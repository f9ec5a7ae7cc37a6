/* must fail: thread_switch_ns.time thread_switch_ns.not_subtracted */
/* Microseconds. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_threads, rounds, cpu);

    return ns < 0 ? ns : ns / 1000;
}
