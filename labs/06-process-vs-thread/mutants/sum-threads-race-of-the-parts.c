/* must fail: sum_with_threads.race; may fail: sum_with_threads.works sum_with_threads.many sum_with_threads.cut sum_with_threads.few sum_with_threads.large sum_with_threads.failure sum_with_threads.again sum_with_threads.side_by_side */
/* Each thread adds its part to one total, and nothing keeps them apart. */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

static uint64_t total;

static void *sum_wrongly(void *arg)
{
    sum_part(arg);
    total += ((struct part *)arg)->sum;
    return NULL;
}

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    total = 0;
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
            total += sum_alone(parts[i].v, parts[i].n);
        (void)sum;
    }
    free(parts);
    return total;
}
