/* must fail: sum_with_threads.side_by_side; may fail: sum_with_threads.workers */
/* No thread. */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    (void)threads;
    return sum_alone(v, n);
}
