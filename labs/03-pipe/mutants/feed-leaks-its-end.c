/* must fail: feed_and_capture.no_leak; may fail: feed_and_capture.low_fds */
/* Keeps a copy of the end that it reads, and never closes it. */
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
    fcntl(from[0], F_DUPFD_CLOEXEC, 3); /* the wrong line */
    struct input all = {in, in_len};
    struct output got = {NULL, 0, 0};
    if (exchange(ends, &all, &got) == -1 || make_room(&got) == -1) {
        end_program(pid);
        close_both(ends);
        free(got.data);
        release_sigpipe(&before, was_pending);
        return -1;
    }
    release_sigpipe(&before, was_pending);
    got.data[got.len] = '\0';
    *out = got.data;
    *out_len = got.len;
    return wait_for(pid);
}
