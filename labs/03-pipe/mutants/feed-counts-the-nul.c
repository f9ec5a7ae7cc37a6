/* must fail: feed_and_capture.works; may fail: feed_and_capture.* */
/* *out_len counts the NUL as well. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    int status = right_feed_and_capture(argv, in, in_len, out, out_len);

    if (status != -1)
        *out_len += 1;
    return status;
}
