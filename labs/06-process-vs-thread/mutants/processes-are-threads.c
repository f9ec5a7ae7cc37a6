/* must fail: count_with_processes.processes; may fail: count_with_processes.failure count_with_processes.failure_first */
/* Threads where processes are asked. */
#define count_with_processes right_count_with_processes
#include "../solution.c"
#undef count_with_processes

long count_with_processes(size_t processes, size_t increments)
{
    return count_with_threads(processes, increments);
}
