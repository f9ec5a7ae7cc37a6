/* must fail: sum_with_threads.side_by_side */
/* Joins each one before the next is made. */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

static void *sum_wrongly(void *arg)
{
    return sum_part(arg);
}

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{

    struct part *parts = calloc(threads, sizeof *parts);
    uint64_t sum = 0;

    cut(parts, threads, v, n);
    for (size_t i = 0; i < threads; i++) {
        struct part *p = &parts[i];
        p->has_worker =
            pthread_create(&p->worker.thread, NULL, sum_wrongly, p) == 0;
        if (p->has_worker) {
            pthread_join(p->worker.thread, NULL);
            p->has_worker = false;
        } else {
            sum_part(p);
        }
    }
    for (size_t i = 0; i < threads; i++) {
        if (parts[i].has_worker)
            pthread_join(parts[i].worker.thread, NULL);
        else
            (void)0;
        sum += parts[i].sum;
    }
    free(parts);
    return sum;
}
