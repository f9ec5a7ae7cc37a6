/* must fail: thread_switch_ns.bound_as_before; may fail: thread_switch_ns.no_such_cpu thread_switch_ns.no_pipe thread_switch_ns.no_thread */
/* Puts the caller on all CPUs afterwards, where it may not have been. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_threads, rounds, cpu);
    cpu_set_t all;

    memset(&all, 0xff, sizeof all);
    sched_setaffinity(0, sizeof all, &all);
    return ns;
}
