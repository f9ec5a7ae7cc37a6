/* must fail: feed_and_capture.exec_fails */
/* *out is NULL, not an empty string, where no program could be run. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    int status = right_feed_and_capture(argv, in, in_len, out, out_len);

    if (status == 126 || status == 127) {
        free(*out);
        *out = NULL;
    }
    return status;
}
