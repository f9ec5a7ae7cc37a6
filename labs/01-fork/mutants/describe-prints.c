/* must fail: describe_status.caller */
/* Prints the text, where it was to give it back. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    int wanted = right_describe_status(wstatus, buf, len);

    if (len > 0)
        puts(buf);
    return wanted;
}
