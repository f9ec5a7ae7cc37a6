/* must fail: describe_status.killed */
/* A table of its own, which ends too early. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    if (WIFSIGNALED(wstatus) && WTERMSIG(wstatus) > SIGTERM)
        return snprintf(buf, len, "killed by %d", WTERMSIG(wstatus));
    return right_describe_status(wstatus, buf, len);
}
