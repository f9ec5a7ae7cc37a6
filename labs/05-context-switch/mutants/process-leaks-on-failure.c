/* must fail: process_switch_ns.no_pipe; may fail: process_switch_ns.no_such_cpu process_switch_ns.no_process */
/* Where the second pipe cannot be made, the first stays open. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

#include <fcntl.h>

double process_switch_ns(size_t rounds, int cpu)
{
    double ns = measure(time_processes, rounds, cpu);
    int lost[2];

    if (ns < 0 && rounds > 0 && pipe(lost) == 0 &&
        fcntl(lost[0], F_DUPFD, 0) != -1)
        close_pipe(lost);
    return ns;
}
