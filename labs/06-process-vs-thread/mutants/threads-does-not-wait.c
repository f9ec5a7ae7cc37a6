/* must fail: count_with_threads.works; may fail: count_with_threads.* */
/* Reads the counter while they still count. */
#define count_with_threads right_count_with_threads
#include "../solution.c"
#undef count_with_threads

static struct count count;

long count_with_threads(size_t threads, size_t increments)
{
    count.increments = increments;
    count.value = 0;
    for (size_t i = 0; i < threads; i++) {
        pthread_t id;
        int error = pthread_create(&id, NULL, add_up, &count);
        if (error != 0) {
            errno = error;
            return -1;
        }
        pthread_detach(id);
    }
    return count.value;
}
