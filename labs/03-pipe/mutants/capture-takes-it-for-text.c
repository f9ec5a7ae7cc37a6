/* must fail: capture_output.any_bytes */
/* Counts with strlen(): a NUL in the output ends it. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

#include <string.h>

int capture_output(char *const argv[], char **out, size_t *len)
{
    int status = right_capture_output(argv, out, len);

    if (status != -1)
        *len = strlen(*out);
    return status;
}
