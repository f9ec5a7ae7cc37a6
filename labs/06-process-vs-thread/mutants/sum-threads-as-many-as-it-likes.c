/* must fail: sum_with_threads.workers */
/* No more than four: who has more CPUs than that? */
#define sum_with_threads right_sum_with_threads
#include "../solution.c"
#undef sum_with_threads

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    return right_sum_with_threads(v, n, threads < 4 ? threads : 4);
}
