/* must fail: count_with_threads.threads; may fail: count_with_threads.failure count_with_threads.failure_first */
/* Processes where threads are asked. */
#define count_with_threads right_count_with_threads
#include "../solution.c"
#undef count_with_threads

long count_with_threads(size_t threads, size_t increments)
{
    return count_with_processes(threads, increments);
}
