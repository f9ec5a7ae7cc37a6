/* must fail: process_switch_ns.not_subtracted; may fail: process_switch_ns.eintr process_switch_ns.time */
/* Subtracts what a byte through a pipe costs in one process. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_processes, rounds, cpu);
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
