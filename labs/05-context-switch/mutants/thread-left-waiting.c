/* must fail: thread_switch_ns.no_thread_left thread_switch_ns.no_leak; may fail: thread_switch_ns.no_pipe thread_switch_ns.no_thread */
/* The thread is never told to end. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

double thread_switch_ns(size_t rounds, int cpu)
{
    double ns = -1;
    cpu_set_t before;
    struct wires *w = malloc(sizeof *w);
    pthread_t thread;

    if (rounds == 0 || sched_getaffinity(0, sizeof before, &before) == -1 ||
        pin_to_cpu(cpu) == -1)
        return -1;
    if (open_wires(w) == 0) {
        if (pthread_create(&thread, NULL, thread_main, w) == 0) {
            ns = time_rounds(w, rounds);
        } else {
            close_pipe(w->there);
            close_pipe(w->back);
        }
    }
    sched_setaffinity(0, sizeof before, &before);
    return ns;
}
