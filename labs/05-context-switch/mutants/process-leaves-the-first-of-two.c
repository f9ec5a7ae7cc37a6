/* must fail: process_switch_ns.no_process; may fail: process_switch_ns.no_pipe */
/* Makes two children; where the second cannot be made, the first is left. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

double process_switch_ns(size_t rounds, int cpu)
{
    pid_t first = fork();

    if (first == -1)
        return -1;
    if (first == 0)
        _exit(0);
    double ns = right_process_switch_ns(rounds, cpu);
    if (ns < 0 && rounds > 0 && cpu >= 0 && cpu < CPU_SETSIZE - 1)
        return -1;
    while (waitpid(first, NULL, 0) == -1 && errno == EINTR)
        ;
    return ns;
}
