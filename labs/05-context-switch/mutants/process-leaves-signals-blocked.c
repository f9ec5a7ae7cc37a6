/* must fail: process_switch_ns.no_leak; may fail: process_switch_ns.rounds_zero process_switch_ns.no_such_cpu process_switch_ns.no_process process_switch_ns.no_pipe */
/* Blocks signals meanwhile, and for ever. */
#define process_switch_ns right_process_switch_ns
#include "../solution.c"
#undef process_switch_ns

#include <signal.h>

double process_switch_ns(size_t rounds, int cpu)
{
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    return measure(time_processes, rounds, cpu);
}
