/* must fail: thread_switch_ns.only_trips */
/* The clock runs while the thread is made. */
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

static double with_the_create(struct wires *w, size_t rounds)
{
    pthread_t thread;
    double start = now_ns();

    if (pthread_create(&thread, NULL, thread_main, w) != 0)
        return -1;
    double ns = make_trips(w, rounds) ? now_ns() - start : -1;
    close_end(&w->there[1]);
    pthread_join(thread, NULL);
    return ns / 2 / (double)rounds;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(with_the_create, rounds, cpu);
}
