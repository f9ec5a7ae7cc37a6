/* must fail: thread_switch_ns.pinned; may fail: thread_switch_ns.switches thread_switch_ns.no_such_cpu */
/* Leaves both where the scheduler puts them. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    struct wires w;
    double ns = -1;

    if (rounds == 0 || cpu < 0 || cpu >= sysconf(_SC_NPROCESSORS_CONF))
        return -1;
    if (open_wires(&w) == 0) {
        ns = time_threads(&w, rounds);
        close_pipe(w.there);
        close_pipe(w.back);
    }
    return ns;
}
