/* must fail: thread_switch_ns.no_pipe; may fail: thread_switch_ns.no_such_cpu thread_switch_ns.no_thread thread_switch_ns.rounds_zero */
/* Returns early, and is still bound. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_threads, rounds, cpu);

    if (ns < 0)
        pin_to_cpu(cpu);
    return ns;
}
