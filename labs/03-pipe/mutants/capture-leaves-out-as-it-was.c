/* must fail: capture_output.failure */
/* *out is not set to NULL where no process could be made. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    char *before = *out;
    int status = right_capture_output(argv, out, len);

    if (status == -1)
        *out = before;
    return status;
}
