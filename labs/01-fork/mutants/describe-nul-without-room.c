/* must fail: describe_status.len_zero */
/* With len 0 there is no room for the NUL either. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    int wanted = right_describe_status(wstatus, buf, len);

    if (len == 0 && buf != NULL)
        buf[0] = '\0';
    return wanted;
}
