/* must fail: describe_status.len_zero */
/* buf may be NULL if len is 0. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    if (buf == NULL)
        return -1;
    return right_describe_status(wstatus, buf, len);
}
