/* must fail: feed_and_capture.failure */
/* The second pipe cannot be made: the first one stays open. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    int to[2], from[2];

    *out = NULL;
    if (make_pipe(to) == -1 || make_pipe(from) == -1)
        return -1;
    close_both(to);
    close_both(from);
    return right_feed_and_capture(argv, in, in_len, out, out_len);
}
