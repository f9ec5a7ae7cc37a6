/* must fail: describe_status.length describe_status.len_zero */
/* The NUL is no part of the length. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    return right_describe_status(wstatus, buf, len) + 1;
}
