/* must fail: process_switch_ns.works; may fail: process_switch_ns.switches */
/* A thousand are enough. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(time_processes, rounds > 1000 ? 1000 : rounds, cpu);
}
