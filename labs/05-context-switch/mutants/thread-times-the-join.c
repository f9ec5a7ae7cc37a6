/* must fail: thread_switch_ns.only_trips */
/* The clock runs until the thread has ended. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

/* The trips alone. */
static bool make_trips(const struct wires *w, size_t rounds)
{
    for (size_t i = 0; i < rounds; i++)
        if (!put(w->there[1]) || !take(w->back[0]))
            return false;
    return true;
}

static double with_the_join(struct wires *w, size_t rounds)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, thread_main, w) != 0)
        return -1;
    double start = now_ns();
    bool is_done = make_trips(w, rounds);
    close_end(&w->there[1]);
    pthread_join(thread, NULL);
    return is_done ? (now_ns() - start) / 2 / (double)rounds : -1;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(with_the_join, rounds, cpu);
}
