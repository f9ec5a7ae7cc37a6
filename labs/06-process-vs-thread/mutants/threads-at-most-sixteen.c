/* must fail: count_with_threads.many */
/* An array for 16, and no more are made. */
#define count_with_threads right_count_with_threads
#include "../solution.c"
#undef count_with_threads

long count_with_threads(size_t threads, size_t increments)
{
    struct count count = {.increments = increments};
    pthread_t ids[16];
    size_t made = 0;
    int error = 0;

    while (made < threads && made < 16 && error == 0) {
        error = pthread_create(&ids[made], NULL, add_up, &count);
        made += error == 0;
    }
    for (size_t i = 0; i < made; i++)
        pthread_join(ids[i], NULL);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return count.value;
}
