/* must fail: feed_and_capture.no_deadlock; may fail: feed_and_capture.talks_first */
/* Writes all before it reads anything: both pipes full, both wait. */
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
    pid_t pid = start_program(argv, to[0], from[1]);
    close_end(to[0]);
    close_end(from[1]);
    int ends[2] = {to[1], from[0]};
    if (pid == -1) {
        close_both(ends);
        return -1;
    }
    sigset_t before;
    bool was_pending = hold_sigpipe(&before);
    write_full(to[1], in, in_len);
    close_end(to[1]);
    ends[0] = -1;
    int status = run_exchange(pid, ends, (struct input){NULL, 0}, out, out_len);
    release_sigpipe(&before, was_pending);
    return status;
}
