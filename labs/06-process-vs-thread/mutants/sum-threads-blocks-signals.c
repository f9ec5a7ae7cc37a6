/* must fail: sum_with_threads.caller; may fail: sum_with_threads.failure */
/* Leaves all signals blocked in the caller. */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

#include <signal.h>

static void *sum_wrongly(void *arg)
{
    return sum_part(arg);
}

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    sigset_t all;
    sigemptyset(&all);
    sigaddset(&all, SIGUSR1);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    struct part *parts = calloc(threads, sizeof *parts);
    uint64_t sum = 0;

    cut(parts, threads, v, n);
    for (size_t i = 0; i < threads; i++) {
        struct part *p = &parts[i];
        p->has_worker =
            pthread_create(&p->worker.thread, NULL, sum_wrongly, p) == 0;
    }
    for (size_t i = 0; i < threads; i++) {
        if (parts[i].has_worker)
            pthread_join(parts[i].worker.thread, NULL);
        else
            sum_part(&parts[i]);
        sum += parts[i].sum;
    }
    free(parts);
    return sum;
}
