/* must fail: sum_with_processes.workers */
/* Where there are few numbers, the caller sums them. */
#define sum_with_processes right_sum_with_processes
#include "../solution.c"
#undef sum_with_processes

uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    return n < 10000 ? sum_alone(v, n)
                     : right_sum_with_processes(v, n, processes);
}
