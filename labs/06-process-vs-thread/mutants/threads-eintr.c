/* must fail: count_with_threads.eintr */
/* A sem_wait() that a signal interrupts is taken for a thread that has ended. */
#define count_with_threads right_count_with_threads
#include "../solution.c"
#undef count_with_threads

#include <semaphore.h>

struct work {
    struct count count;
    sem_t done;
};

static void *add_and_tell(void *arg)
{
    struct work *work = arg;

    add_up(&work->count);
    sem_post(&work->done);
    return NULL;
}

long count_with_threads(size_t threads, size_t increments)
{
    struct work work = {.count = {.increments = increments}};
    pthread_t *ids = calloc(threads + 1, sizeof *ids);
    size_t made = 0;
    int error = 0;

    sem_init(&work.done, 0, 0);
    while (made < threads && error == 0) {
        error = pthread_create(&ids[made], NULL, add_and_tell, &work);
        made += error == 0;
    }
    for (size_t i = 0; i < made; i++)
        sem_wait(&work.done);
    long value = work.count.value;
    for (size_t i = 0; i < made; i++)
        pthread_join(ids[i], NULL);
    free(ids);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return value;
}
