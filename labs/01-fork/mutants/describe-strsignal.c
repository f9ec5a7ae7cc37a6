/* must fail: describe_status.killed; may fail: describe_status.* */
/* strsignal() describes a signal, it does not name it. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    if (WIFSIGNALED(wstatus))
        return snprintf(buf, len, "killed by %s%s",
                        strsignal(WTERMSIG(wstatus)),
                        WCOREDUMP(wstatus) ? " (core dumped)" : "");
    return right_describe_status(wstatus, buf, len);
}
