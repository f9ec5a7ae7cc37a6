/* must fail: process_switch_ns.works; may fail: process_switch_ns.switches process_switch_ns.one_round process_switch_ns.not_subtracted process_switch_ns.time process_switch_ns.eintr */
/* Takes there and back for two rounds. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    return measure(time_processes, rounds == 0 ? 0 : (rounds + 1) / 2, cpu);
}
