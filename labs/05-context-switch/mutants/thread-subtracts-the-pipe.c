/* must fail: thread_switch_ns.not_subtracted; may fail: thread_switch_ns.eintr thread_switch_ns.time */
/* Subtracts what a byte through a pipe costs in one process. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_threads, rounds, cpu);
    struct wires w;

    if (ns < 0 || open_wires(&w) == -1)
        return ns;
    double start = now_ns();
    for (size_t i = 0; i < rounds; i++) {
        put(w.there[1]);
        take(w.there[0]);
    }
    ns -= (now_ns() - start) / (double)rounds;
    close_pipe(w.there);
    close_pipe(w.back);
    return ns > 1 ? ns : 1;
}
