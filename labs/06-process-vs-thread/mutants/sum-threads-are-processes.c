/* must fail: sum_with_threads.side_by_side */
/* Processes where threads are asked. */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    return sum_with_processes(v, n, threads);
}
