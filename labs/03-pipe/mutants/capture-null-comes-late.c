/* must fail: capture_output.failure */
/* *out is set only once there is a pipe. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    int ends[2];

    if (make_pipe(ends) == -1)
        return -1;
    close_both(ends);
    return right_capture_output(argv, out, len);
}
