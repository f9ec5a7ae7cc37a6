/* must fail: count_with_threads.failure */
/* Says on standard error what failed. */
#define count_with_threads right_count_with_threads
#include "../solution.c"
#undef count_with_threads

#include <stdio.h>

long count_with_threads(size_t threads, size_t increments)
{
    long result = right_count_with_threads(threads, increments);

    if (result == -1)
        perror("count_with_threads");
    return result;
}
