/* must fail: thread_switch_ns.pinned; may fail: thread_switch_ns.switches */
/* The new thread is made first, and only the caller bound. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    cpu_set_t before;
    struct wires w;
    pthread_t thread;
    double ns = -1;

    if (rounds == 0 || cpu < 0 || cpu >= sysconf(_SC_NPROCESSORS_CONF) ||
        sched_getaffinity(0, sizeof before, &before) == -1)
        return -1;
    if (open_wires(&w) == -1)
        return -1;
    if (pthread_create(&thread, NULL, thread_main, &w) == 0) {
        if (pin_to_cpu(cpu) == 0)
            ns = time_rounds(&w, rounds);
        close_end(&w.there[1]);
        pthread_join(thread, NULL);
    }
    sched_setaffinity(0, sizeof before, &before);
    close_pipe(w.there);
    close_pipe(w.back);
    return ns;
}
