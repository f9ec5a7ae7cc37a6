/* must fail: process_switch_ns.processes; may fail: process_switch_ns.no_process */
/* Two threads are two tasks, but one process. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(time_threads, rounds, cpu);
}
