/* must fail: process_switch_ns.pinned; may fail: process_switch_ns.switches process_switch_ns.no_such_cpu */
/* Leaves both where the scheduler puts them. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    struct wires w;
    double ns = -1;

    if (rounds == 0 || cpu < 0 || cpu >= sysconf(_SC_NPROCESSORS_CONF))
        return -1;
    if (open_wires(&w) == 0) {
        ns = time_processes(&w, rounds);
        close_pipe(w.there);
        close_pipe(w.back);
    }
    return ns;
}
