/* must fail: capture_output.no_leak; may fail: capture_output.low_fds */
/* The read end stays open. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    int from[2];

    *out = NULL;
    *len = 0;
    if (make_pipe(from) == -1)
        return -1;
    pid_t pid = start_program(argv, STDIN_FILENO, from[1]);
    close_end(from[1]);
    if (pid == -1) {
        close_end(from[0]);
        return -1;
    }
    struct output got = {NULL, 0, 0};
    while (take_some(from[0], &got) > 0)
        ;
    got.data[got.len] = '\0';
    *out = got.data;
    *len = got.len;
    return wait_for(pid);
}
