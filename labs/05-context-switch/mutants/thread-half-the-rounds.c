/* must fail: thread_switch_ns.works; may fail: thread_switch_ns.switches thread_switch_ns.one_round thread_switch_ns.not_subtracted thread_switch_ns.time thread_switch_ns.eintr */
/* Takes there and back for two rounds. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(time_threads, rounds == 0 ? 0 : (rounds + 1) / 2, cpu);
}
