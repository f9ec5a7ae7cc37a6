/* must fail: capture_output.exec_fails */
/* *out is NULL, not an empty string, where no program could be run. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    int status = right_capture_output(argv, out, len);

    if (status == 126 || status == 127) {
        free(*out);
        *out = NULL;
    }
    return status;
}
