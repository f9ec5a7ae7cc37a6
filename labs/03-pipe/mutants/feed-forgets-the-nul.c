/* must fail: feed_and_capture.empty */
/* Has no room for the NUL, and puts none. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    int status = right_feed_and_capture(argv, in, in_len, out, out_len);

    if (*out != NULL) {
        char *bare = malloc(*out_len + 1);
        for (size_t i = 0; bare != NULL && i < *out_len; i++)
            bare[i] = (*out)[i];
        free(*out);
        *out = bare;
    }
    return status;
}
