/* must fail: sum_with_processes.side_by_side */
/* Threads where processes are asked. */
#define sum_with_processes right_sum_with_processes
#include "../solution.c"
#undef sum_with_processes

uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    return sum_with_threads(v, n, processes);
}
