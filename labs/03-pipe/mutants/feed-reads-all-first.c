/* must fail: feed_and_capture.no_deadlock; may fail: feed_and_capture.works feed_and_capture.empty feed_and_capture.eof feed_and_capture.low_fds feed_and_capture.stops_reading feed_and_capture.talks_first */
/* Reads to EOF before it writes anything: each waits for the other. */
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
    struct output got = {NULL, 0, 0};
    while (take_some(from[0], &got) > 0)
        ;
    close_end(from[0]);
    write_full(to[1], in, in_len);
    close_end(to[1]);
    release_sigpipe(&before, was_pending);
    got.data[got.len] = '\0';
    *out = got.data;
    *out_len = got.len;
    return wait_for(pid);
}
