/* must fail: thread_switch_ns.no_leak; may fail: thread_switch_ns.rounds_zero thread_switch_ns.no_such_cpu thread_switch_ns.no_thread thread_switch_ns.no_pipe */
/* Blocks signals meanwhile, and for ever. */
#define thread_switch_ns right_thread_switch_ns
#include "../solution.c"
#undef thread_switch_ns

#include <signal.h>

double thread_switch_ns(size_t rounds, int cpu)
{
    sigset_t all;

    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
    return measure(time_threads, rounds, cpu);
}
