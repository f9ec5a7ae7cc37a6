/* must fail: thread_switch_ns.works; may fail: thread_switch_ns.switches */
/* A thousand are enough. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(time_threads, rounds > 1000 ? 1000 : rounds, cpu);
}
