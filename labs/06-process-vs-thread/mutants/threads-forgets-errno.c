/* must fail: count_with_threads.failure count_with_threads.failure_first */
/* pthread_create() returns its error; errno is as it was. */
#define count_with_threads right_count_with_threads
#include "../solution.c"
#undef count_with_threads

static void *add_wrongly(void *arg)
{
    return add_up(arg);
}

long count_with_threads(size_t threads, size_t increments)
{
    struct count count = {.increments = increments};
    size_t made = 0;
    int error = 0;
    pthread_t *ids = calloc(threads + 1, sizeof *ids);

    if (ids == NULL)
        return -1;

    while (made < threads && error == 0) {
        error = pthread_create(&ids[made], NULL, add_wrongly, &count);
        made += error == 0;
    }
    for (size_t i = 0; i < made; i++)
        pthread_join(ids[i], NULL);
    free(ids);
    if (error != 0) {
        return -1;
    }
    return count.value;
}
