/* must fail: feed_and_capture.dispositions; may fail: feed_and_capture.pending */
/* Puts SIGPIPE to its default again, not to what it was. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    int status = right_feed_and_capture(argv, in, in_len, out, out_len);

    signal(SIGPIPE, SIG_DFL);
    return status;
}
