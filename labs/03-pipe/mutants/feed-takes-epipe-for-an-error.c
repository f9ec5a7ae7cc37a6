/* must fail: feed_and_capture.early_close; may fail: feed_and_capture.stops_reading feed_and_capture.exec_fails */
/* A program that does not read all its input is taken for a failure. */
#define feed_and_capture right_feed_and_capture
#include "../solution.c"
#undef feed_and_capture

static int exchange_wrongly(int ends[2], struct input *in, struct output *out)
{
    while (ends[0] != -1 || ends[1] != -1) {
        struct pollfd p[2] = {{.fd = ends[0], .events = POLLOUT},
                              {.fd = ends[1], .events = POLLIN}};

        if (poll(p, 2, -1) == -1) {
            if (errno == EINTR)
                continue;
            return -1;
        }
        for (int i = 0; i < 2; i++) {
            if (p[i].revents == 0)
                continue;
            int more =
                i == 0 ? give_some(ends[i], in) : take_some(ends[i], out);
            if (more == -1)
                return -1;
            if (more == 0 && i == 0 && in->left > 0) {
                errno = EPIPE;
                return -1;
            }
            if (more == 0) {
                close_end(ends[i]);
                ends[i] = -1;
            }
        }
    }
    return 0;
}

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
    struct input all = {in, in_len};
    struct output got = {NULL, 0, 0};
    if (exchange_wrongly(ends, &all, &got) == -1 || make_room(&got) == -1) {
        end_program(pid);
        close_both(ends);
        free(got.data);
        release_sigpipe(&before, was_pending);
        return -1;
    }
    close_both(ends);
    release_sigpipe(&before, was_pending);
    got.data[got.len] = '\0';
    *out = got.data;
    *out_len = got.len;
    return wait_for(pid);
}
