/* must fail: capture_output.works; may fail: capture_output.* */
/* *len counts the NUL as well. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    int status = right_capture_output(argv, out, len);

    if (status != -1)
        *len += 1;
    return status;
}
