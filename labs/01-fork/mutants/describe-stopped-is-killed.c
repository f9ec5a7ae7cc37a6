/* must fail: describe_status.stopped; may fail: describe_status.length describe_status.continued */
/* The low bits are not 0 for a child that stopped either. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    if (WIFSTOPPED(wstatus))
        wstatus = WSTOPSIG(wstatus);
    return right_describe_status(wstatus, buf, len);
}
