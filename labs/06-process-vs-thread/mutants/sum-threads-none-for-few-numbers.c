/* must fail: sum_with_threads.workers */
/* Where there are few numbers, the caller sums them. */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    return n < 10000 ? sum_alone(v, n) : right_sum_with_threads(v, n, threads);
}
