/* must fail: thread_switch_ns.no_leak; may fail: thread_switch_ns.no_thread */
/* One end stays open. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_threads, rounds, cpu);

    if (ns > 0)
        dup(STDERR_FILENO);
    return ns;
}
