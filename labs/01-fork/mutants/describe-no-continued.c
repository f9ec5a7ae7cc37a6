/* must fail: describe_status.continued; may fail: describe_status.length */
/* Whatever is left is taken for a stop. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    if (WIFCONTINUED(wstatus))
        return snprintf(buf, len, "stopped by SIGCONT");
    return right_describe_status(wstatus, buf, len);
}
