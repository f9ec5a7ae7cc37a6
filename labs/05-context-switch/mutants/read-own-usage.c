/* must fail: read_switch_counts.works read_switch_counts.both_kinds read_switch_counts.thread read_switch_counts.own_thread read_switch_counts.gone */
/* getrusage() of the caller, whatever task is asked for. */
#define read_switch_counts right_read_switch_counts
#include "../solution.c"
#undef read_switch_counts

#include <sys/resource.h>

int read_switch_counts(pid_t tid, struct switch_counts *counts)
{
    struct rusage usage;

    (void)tid;
    getrusage(RUSAGE_THREAD, &usage);
    *counts = (struct switch_counts){(unsigned long long)usage.ru_nvcsw,
                                     (unsigned long long)usage.ru_nivcsw};
    return 0;
}
