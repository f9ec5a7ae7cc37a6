/* must fail: feed_and_capture.mask; may fail: feed_and_capture.failure */
/* Blocks SIGPIPE and never puts the mask back. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    sigset_t before;
    int status = right_feed_and_capture(argv, in, in_len, out, out_len);

    hold_sigpipe(&before);
    return status;
}
