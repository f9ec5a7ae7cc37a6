/* must fail: describe_status.truncates */
/* strncpy() writes no NUL where the text does not fit. */
#define describe_status right_describe_status
#include "../solution.c"
#undef describe_status

int describe_status(int wstatus, char *buf, size_t len)
{
    char text[128];
    int wanted = right_describe_status(wstatus, text, sizeof text);

    for (size_t i = 0; i < len; i++) {
        buf[i] = text[i];
        if (text[i] == '\0')
            break;
    }
    return wanted;
}
