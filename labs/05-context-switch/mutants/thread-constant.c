/* must fail: thread_switch_ns.works; may fail: thread_switch_ns.* */
/* A figure that was measured once, elsewhere. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    (void)cpu;
    return rounds == 0 ? -1 : 5000;
}
