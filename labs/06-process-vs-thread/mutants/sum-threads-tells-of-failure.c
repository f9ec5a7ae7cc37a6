/* must fail: sum_with_threads.failure */
/* Says on standard error how many could not be made. */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

#include <stdio.h>

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    struct part *parts = calloc(threads, sizeof *parts);
    uint64_t sum = 0;

    cut(parts, threads, v, n);
    for (size_t i = 0; i < threads; i++) {
        struct part *p = &parts[i];
        p->has_worker =
            pthread_create(&p->worker.thread, NULL, sum_part, p) == 0;
        if (!p->has_worker)
            fprintf(stderr, "thread %zu could not be made\n", i);
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
