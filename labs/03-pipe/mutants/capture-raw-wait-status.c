/* must fail: capture_output.status; may fail: capture_output.exec_fails */
/* Hands on the raw wait status. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    int status = right_capture_output(argv, out, len);

    return status > 128 ? status - 128 : status > 0 ? status << 8 : status;
}
