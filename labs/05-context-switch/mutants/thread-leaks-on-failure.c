/* must fail: thread_switch_ns.no_pipe; may fail: thread_switch_ns.no_such_cpu thread_switch_ns.no_thread */
/* Where the second pipe cannot be made, the first stays open. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

#include <fcntl.h>

double thread_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_threads, rounds, cpu);
    int lost[2];

    if (ns < 0 && rounds > 0 && pipe(lost) == 0 &&
        fcntl(lost[0], F_DUPFD, 0) != -1)
        close_pipe(lost);
    return ns;
}
