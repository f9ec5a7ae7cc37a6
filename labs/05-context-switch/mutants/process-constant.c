/* must fail: process_switch_ns.works; may fail: process_switch_ns.* */
/* A figure that was measured once, elsewhere. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    (void)cpu;
    return rounds == 0 ? -1 : 5000;
}
