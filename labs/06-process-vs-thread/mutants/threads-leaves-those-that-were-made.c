/* must fail: count_with_threads.failure */
/* Returns at once where one cannot be made: the others run on. */
#define count_with_threads right_count_with_threads
#include "../solution.c"
#undef count_with_threads

static struct count count;

long count_with_threads(size_t threads, size_t increments)
{
    pthread_t ids[128];

    count.increments = increments;
    count.value = 0;
    for (size_t i = 0; i < threads; i++) {
        int error = pthread_create(&ids[i], NULL, add_up, &count);
        if (error != 0) {
            errno = error;
            return -1;
        }
    }
    for (size_t i = 0; i < threads; i++)
        pthread_join(ids[i], NULL);
    return count.value;
}
