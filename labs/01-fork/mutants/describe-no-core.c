/* must fail: describe_status.core; may fail: describe_status.length describe_status.truncates */
/* WCOREDUMP is not asked. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    return right_describe_status(
        WIFSIGNALED(wstatus) ? WTERMSIG(wstatus) : wstatus, buf, len);
}
