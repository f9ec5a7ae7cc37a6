/* must fail: feed_and_capture.status; may fail: feed_and_capture.exec_fails feed_and_capture.output_first feed_and_capture.early_close */
/* Hands on the raw wait status. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    int status = right_feed_and_capture(argv, in, in_len, out, out_len);

    return status > 128 ? status - 128 : status > 0 ? status << 8 : status;
}
