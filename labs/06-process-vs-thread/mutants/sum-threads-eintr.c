/* must fail: sum_with_threads.eintr */
/* A sem_wait() that a signal interrupts is taken for a part that is summed. */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

#include <semaphore.h>

static sem_t done;

static void *sum_and_tell(void *part)
{
    sum_part(part);
    sem_post(&done);
    return NULL;
}

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    struct part *parts = calloc(threads, sizeof *parts);
    uint64_t sum = 0;

    sem_init(&done, 0, 0);
    cut(parts, threads, v, n);
    for (size_t i = 0; i < threads; i++) {
        struct part *p = &parts[i];
        p->has_worker =
            pthread_create(&p->worker.thread, NULL, sum_and_tell, p) == 0;
        if (!p->has_worker)
            sum_and_tell(p);
    }
    for (size_t i = 0; i < threads; i++)
        sem_wait(&done);
    for (size_t i = 0; i < threads; i++)
        sum += parts[i].sum;
    for (size_t i = 0; i < threads; i++)
        if (parts[i].has_worker)
            pthread_join(parts[i].worker.thread, NULL);
    free(parts);
    return sum;
}
