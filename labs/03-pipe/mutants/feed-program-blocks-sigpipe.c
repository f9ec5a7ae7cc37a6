/* must fail: feed_and_capture.program_sigpipe */
/* Blocks SIGPIPE before the fork: the program inherits the mask. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    sigset_t before;
    bool was_pending = hold_sigpipe(&before);
    int status = right_feed_and_capture(argv, in, in_len, out, out_len);

    release_sigpipe(&before, was_pending);
    return status;
}
