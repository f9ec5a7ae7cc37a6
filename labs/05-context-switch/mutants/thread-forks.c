/* must fail: thread_switch_ns.threads; may fail: thread_switch_ns.no_thread */
/* Two processes, and a function that is called otherwise. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(time_processes, rounds, cpu);
}
