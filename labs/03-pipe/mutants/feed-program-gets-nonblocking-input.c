/* must fail: feed_and_capture.blocking */
/* O_NONBLOCK on both ends: the program's read() fails with EAGAIN. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    int to[2], from[2];

    *out = NULL;
    *out_len = 0;
    if (make_pipe(to) == -1)
        return -1;
    if (make_pipe(from) == -1) {
        close_both(to);
        return -1;
    }
    fcntl(to[0], F_SETFL, O_NONBLOCK); /* the wrong line */
    pid_t pid = start_program(argv, to[0], from[1]);
    close_end(to[0]);
    close_end(from[1]);
    int ends[2] = {to[1], from[0]};
    if (pid == -1) {
        close_both(ends);
        return -1;
    }
    if (fcntl(to[1], F_SETFL, O_NONBLOCK) == -1) {
        close_both(ends);
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
