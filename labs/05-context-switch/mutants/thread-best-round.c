/* must fail: thread_switch_ns.time */
/* The quickest round trip, not the average. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

static double best_round(const struct wires *w, size_t rounds)
{
    double best = 1e12;

    for (size_t i = 0; i < rounds; i++) {
        double start = now_ns();
        if (!put(w->there[1]) || !take(w->back[0]))
            return -1;
        double ns = (now_ns() - start) / 2;
        best = ns < best ? ns : best;
    }
    return best;
}

static double best_way(struct wires *w, size_t rounds)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, thread_main, w) != 0)
        return -1;
    double ns = best_round(w, rounds);
    close_end(&w->there[1]);
    pthread_join(thread, NULL);
    return ns;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(best_way, rounds, cpu);
}
