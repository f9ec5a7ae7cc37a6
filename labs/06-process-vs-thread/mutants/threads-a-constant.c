/* must fail: count_with_threads.threads count_with_threads.one_at_a_time; may fail: count_with_threads.failure count_with_threads.failure_first */
/* No thread: the product. */
#define count_with_threads right_count_with_threads
#include "../solution.c"
#undef count_with_threads

long count_with_threads(size_t threads, size_t increments)
{
    return (long)(threads * increments);
}
