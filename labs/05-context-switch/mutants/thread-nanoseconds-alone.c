/* must fail: thread_switch_ns.time; may fail: thread_switch_ns.* */
/* The seconds of the time are left out. */
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

static double without_seconds(struct wires *w, size_t rounds)
{
    struct timespec start, end;
    pthread_t thread;

    if (pthread_create(&thread, NULL, thread_main, w) != 0)
        return -1;
    clock_gettime(CLOCK_MONOTONIC, &start);
    bool is_done = make_trips(w, rounds);
    clock_gettime(CLOCK_MONOTONIC, &end);
    close_end(&w->there[1]);
    pthread_join(thread, NULL);
    return is_done ? (double)(end.tv_nsec - start.tv_nsec) / 2 / (double)rounds
                   : -1;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(without_seconds, rounds, cpu);
}
