/* must fail: thread_switch_ns.no_thread */
/* pthread_create() returns an error's number, not -1: nobody answers. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

static double hopeful(struct wires *w, size_t rounds)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, thread_main, w) == -1)
        return -1;
    double ns = time_rounds(w, rounds);
    close_end(&w->there[1]);
    pthread_join(thread, NULL);
    return ns;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(hopeful, rounds, cpu);
}
