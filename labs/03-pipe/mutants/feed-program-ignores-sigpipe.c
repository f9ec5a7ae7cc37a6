/* must fail: feed_and_capture.program_sigpipe; may fail: feed_and_capture.pending */
/* Ignores SIGPIPE before the fork: exec hands that on to the program. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    sighandler_t before = signal(SIGPIPE, SIG_IGN);
    int status = right_feed_and_capture(argv, in, in_len, out, out_len);
    int error = errno;

    signal(SIGPIPE, before);
    errno = error;
    return status;
}
