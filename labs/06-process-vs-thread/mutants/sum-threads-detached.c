/* must fail: sum_with_threads.again; may fail: sum_with_threads.caller sum_with_threads.failure */
/* Never joined: a stack stays for each. */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

#include <semaphore.h>

struct told_part {
    struct part part;
    sem_t *done;
};

static void *sum_and_tell(void *arg)
{
    struct told_part *told = arg;

    sum_part(&told->part);
    sem_post(told->done);
    return NULL;
}

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    struct told_part *told = calloc(threads, sizeof *told);
    sem_t *done = calloc(1, sizeof *done);
    uint64_t sum = 0;

    sem_init(done, 0, 0);
    for (size_t i = 0; i < threads; i++) {
        pthread_t id;
        told[i].part.v = v;
        told[i].part.n = n / threads + (i < n % threads);
        told[i].done = done;
        v += told[i].part.n;
        if (pthread_create(&id, NULL, sum_and_tell, &told[i]) != 0)
            sum_and_tell(&told[i]);
    }
    for (size_t i = 0; i < threads; i++)
        while (sem_wait(done) == -1 && errno == EINTR)
            continue;
    for (size_t i = 0; i < threads; i++)
        sum += told[i].part.sum;
    return sum;
}
