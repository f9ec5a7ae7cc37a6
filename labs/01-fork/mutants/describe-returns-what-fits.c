/* must fail: describe_status.length; may fail: describe_status.len_zero */
/* The length of what was written, not of the whole. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    int wanted = right_describe_status(wstatus, buf, len);

    return (size_t)wanted < len ? wanted : (int)len - 1;
}
