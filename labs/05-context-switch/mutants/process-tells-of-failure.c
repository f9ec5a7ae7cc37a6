/* must fail: process_switch_ns.rounds_zero process_switch_ns.no_such_cpu process_switch_ns.no_process process_switch_ns.no_pipe */
/* Says on standard error what failed. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    double result = right_process_switch_ns(rounds, cpu);

    if (result < 0)
        perror("process_switch_ns");
    return result;
}
