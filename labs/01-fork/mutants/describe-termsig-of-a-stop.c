/* must fail: describe_status.stopped; may fail: describe_status.length */
/* WTERMSIG says something only if WIFSIGNALED holds. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    if (WIFSTOPPED(wstatus))
        return snprintf(buf, len, "stopped by SIG%s",
                        signal_name(WTERMSIG(wstatus)));
    return right_describe_status(wstatus, buf, len);
}
