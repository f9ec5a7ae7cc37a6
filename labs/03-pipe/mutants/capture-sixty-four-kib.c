/* must fail: capture_output.large */
/* A buffer of fixed size; the rest is read and thrown away. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    enum { MOST = 65536 };
    int status = right_capture_output(argv, out, len);

    if (status != -1 && *len > MOST) {
        *len = MOST;
        (*out)[MOST] = '\0';
    }
    return status;
}
