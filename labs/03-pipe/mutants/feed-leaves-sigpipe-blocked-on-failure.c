/* must fail: feed_and_capture.failure */
/* Blocks SIGPIPE before the fork, and forgets that where the fork fails. */
#include <signal.h>
#include <unistd.h>

static sigset_t mask_before;

static int exec_with_mask(const char *file, char *const argv[])
{
    sigprocmask(SIG_SETMASK, &mask_before, NULL);
    return execvp(file, argv);
}

#define execvp           exec_with_mask
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    bool was_pending = hold_sigpipe(&mask_before);
    int status = right_feed_and_capture(argv, in, in_len, out, out_len);

    if (status != -1)
        release_sigpipe(&mask_before, was_pending);
    return status;
}
