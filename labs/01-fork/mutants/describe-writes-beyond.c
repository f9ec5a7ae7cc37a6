/* must fail: describe_status.truncates; may fail: describe_status.length describe_status.len_zero */
/* len is not looked at. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    (void)len;
    return right_describe_status(wstatus, buf, 128);
}
