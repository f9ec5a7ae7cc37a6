/* must fail: read_switch_counts.gone */
/* Says on standard error what failed. */
#define read_switch_counts right_read_switch_counts
#include "../solution.c"
#undef read_switch_counts

int read_switch_counts(pid_t tid, struct switch_counts *counts)
{
    int result = right_read_switch_counts(tid, counts);

    if (result == -1)
        perror("read_switch_counts");
    return result;
}
