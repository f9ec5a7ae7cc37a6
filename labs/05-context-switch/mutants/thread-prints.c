/* must fail: thread_switch_ns.no_leak; may fail: thread_switch_ns.rounds_zero thread_switch_ns.no_such_cpu thread_switch_ns.no_thread thread_switch_ns.no_pipe */
/* Prints the figure. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_threads, rounds, cpu);

    printf("%g ns\n", ns);
    fflush(stdout);
    return ns;
}
