/* must fail: count_with_processes.failure */
/* Says on standard error what failed. */
#define count_with_processes right_count_with_processes
#include "../solution.c"
#undef count_with_processes

#include <stdio.h>

long count_with_processes(size_t processes, size_t increments)
{
    long result = right_count_with_processes(processes, increments);

    if (result == -1)
        perror("count_with_processes");
    return result;
}
