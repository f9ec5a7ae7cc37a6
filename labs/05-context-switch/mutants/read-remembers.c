/* must fail: read_switch_counts.follows */
/* Keeps the stream open, and finds in its buffer what was. */
#define read_switch_counts right_read_switch_counts
#include "../solution.c"
#undef read_switch_counts

int read_switch_counts(pid_t tid, struct switch_counts *counts)
{
    static struct switch_counts first;
    static pid_t of;

    if (of != tid && right_read_switch_counts(tid, &first) == -1)
        return -1;
    of = tid;
    *counts = first;
    return 0;
}
