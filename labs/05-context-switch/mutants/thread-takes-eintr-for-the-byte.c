/* must fail: thread_switch_ns.eintr */
/* An interrupted read() is taken for the answer. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

static double rounds_blind(const struct wires *w, size_t rounds)
{
    char byte = 'x';
    double start = now_ns();

    for (size_t i = 0; i < rounds; i++)
        if (write(w->there[1], &byte, 1) != 1 ||
            read(w->back[0], &byte, 1) == 0)
            return -1;
    return (now_ns() - start) / 2 / (double)rounds;
}

static double blind_thread(struct wires *w, size_t rounds)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, thread_main, w) != 0)
        return -1;
    double ns = rounds_blind(w, rounds);
    close_end(&w->there[1]);
    pthread_join(thread, NULL);
    return ns;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(blind_thread, rounds, cpu);
}
