/* must fail: describe_status.truncates; may fail: describe_status.length */
/* Adds a second part behind the end of the buffer, where the first was cut. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    if (!WIFSIGNALED(wstatus) || !WCOREDUMP(wstatus))
        return right_describe_status(wstatus, buf, len);
    int n =
        snprintf(buf, len, "killed by SIG%s", signal_name(WTERMSIG(wstatus)));
    return n + snprintf(buf + n, len - (size_t)n, " (core dumped)");
}
