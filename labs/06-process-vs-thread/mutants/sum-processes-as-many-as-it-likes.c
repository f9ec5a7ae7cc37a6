/* must fail: sum_with_processes.workers */
/* No more than four: who has more CPUs than that? */
#define sum_with_processes right_sum_with_processes
#include "../solution.c"
#undef sum_with_processes

uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    return right_sum_with_processes(v, n, processes < 4 ? processes : 4);
}
