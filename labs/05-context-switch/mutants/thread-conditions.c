/* must fail: thread_switch_ns.works; may fail: thread_switch_ns.switches thread_switch_ns.one_round thread_switch_ns.not_subtracted thread_switch_ns.threads thread_switch_ns.pinned thread_switch_ns.two_pipes thread_switch_ns.time thread_switch_ns.no_pipe thread_switch_ns.no_thread thread_switch_ns.eintr */
/* A mutex and a condition in place of the pipes. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static size_t turn;

static void pass(size_t mine, size_t rounds)
{
    for (size_t i = 0; i < rounds; i++) {
        pthread_mutex_lock(&lock);
        while (turn % 2 != mine)
            pthread_cond_wait(&changed, &lock);
        turn++;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
    }
}

static void *other(void *rounds)
{
    pass(1, *(size_t *)rounds);
    return NULL;
}

static double by_condition(struct wires *w, size_t rounds)
{
    pthread_t thread;

    (void)w;
    turn = 0;
    if (pthread_create(&thread, NULL, other, &rounds) != 0)
        return -1;
    double start = now_ns();
    pass(0, rounds);
    pthread_join(thread, NULL);
    return (now_ns() - start) / 2 / (double)rounds;
}

double thread_switch_ns(size_t rounds, int cpu)
{
    return measure(by_condition, rounds, cpu);
}
