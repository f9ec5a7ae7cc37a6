/* must fail: describe_status.exited */
/* 255 is not -1. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    if (WIFEXITED(wstatus))
        return snprintf(buf, len, "exited %d",
                        (signed char)WEXITSTATUS(wstatus));
    return right_describe_status(wstatus, buf, len);
}
