/* must fail: thread_switch_ns.rounds_zero thread_switch_ns.no_such_cpu thread_switch_ns.no_thread thread_switch_ns.no_pipe */
/* Says on standard error what failed. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    double result = right_thread_switch_ns(rounds, cpu);

    if (result < 0)
        perror("thread_switch_ns");
    return result;
}
