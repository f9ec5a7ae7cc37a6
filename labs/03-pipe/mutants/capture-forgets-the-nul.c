/* must fail: capture_output.nul */
/* No NUL after the last byte. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    int status = right_capture_output(argv, out, len);

    if (status != -1)
        (*out)[*len] = '~'; /* what malloc() may well have left there */
    return status;
}
