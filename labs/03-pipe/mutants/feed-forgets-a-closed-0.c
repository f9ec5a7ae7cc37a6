/* must fail: feed_and_capture.low_fds */
/* A caller that has closed 0 or 1 gets pipe ends there: dup2() to 0 overwrites
   the one that dup2() to 1 needs. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    int to[2], from[2];

    *out = NULL;
    *out_len = 0;
    if (pipe2(to, O_CLOEXEC) == -1)
        return -1;
    if (pipe2(from, O_CLOEXEC) == -1) {
        close(to[0]);
        close(to[1]);
        return -1;
    }
    pid_t pid = start_program(argv, to[0], from[1]);
    close(to[0]);
    close(from[1]);
    int ends[2] = {to[1], from[0]};
    if (pid == -1 || fcntl(to[1], F_SETFL, O_NONBLOCK) == -1) {
        close_both(ends);
        if (pid != -1)
            end_program(pid);
        return -1;
    }
    if (in_len == 0) {
        close_end(ends[0]);
        ends[0] = -1;
    }
    sigset_t before;
    bool was_pending = hold_sigpipe(&before);
    int status =
        run_exchange(pid, ends, (struct input){in, in_len}, out, out_len);
    release_sigpipe(&before, was_pending);
    return status;
}
