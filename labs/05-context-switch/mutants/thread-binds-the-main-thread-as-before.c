/* must fail: thread_switch_ns.bound_as_before */
/* getpid() is the main thread, whoever calls. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    cpu_set_t before;
    struct wires w;
    double ns = -1;

    if (rounds == 0 ||
        sched_getaffinity(getpid(), sizeof before, &before) == -1 ||
        pin_to_cpu(cpu) == -1)
        return -1;
    if (open_wires(&w) == 0) {
        ns = time_threads(&w, rounds);
        close_pipe(w.there);
        close_pipe(w.back);
    }
    sched_setaffinity(getpid(), sizeof before, &before);
    return ns;
}
