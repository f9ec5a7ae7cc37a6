/* must fail: capture_output.inherited */
/* Blocks SIGCHLD before the fork: the program inherits the mask. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    sigset_t chld, before;

    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigprocmask(SIG_BLOCK, &chld, &before);
    int status = right_capture_output(argv, out, len);
    int error = errno;
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return status;
}
