/* must fail: process_switch_ns.time */
/* The quickest round trip, not the average. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

static double best = 1e12;

static double best_process(struct wires *w, size_t rounds)
{
    best = 1e12;
    for (size_t i = 0; i < rounds; i++) {
        struct wires again;
        (void)w;
        if (open_wires(&again) == -1)
            return -1;
        double ns = time_processes(&again, 1);
        close_pipe(again.there);
        close_pipe(again.back);
        if (ns < 0)
            return -1;
        if (ns < best)
            best = ns;
    }
    return best;
}

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(best_process, rounds, cpu);

    return ns;
}
