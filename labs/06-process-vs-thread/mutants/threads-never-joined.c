/* must fail: count_with_threads.again; may fail: count_with_threads.failure count_with_threads.caller */
/* Waits for them in its own way, and never joins: their stacks stay. */
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
    struct work *work = calloc(1, sizeof *work);
    size_t made = 0;
    int error = 0;

    work->count.increments = increments;
    sem_init(&work->done, 0, 0);
    while (made < threads && error == 0) {
        pthread_t id;
        error = pthread_create(&id, NULL, add_and_tell, work);
        made += error == 0;
    }
    for (size_t i = 0; i < made; i++)
        while (sem_wait(&work->done) == -1 && errno == EINTR)
            continue;
    if (error != 0) {
        errno = error;
        return -1;
    }
    return work->count.value;
}
