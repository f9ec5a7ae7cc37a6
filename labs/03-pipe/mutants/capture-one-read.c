/* must fail: capture_output.short_reads; may fail: capture_output.eof capture_output.large capture_output.nul */
/* One read(), taken for the whole output. */
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
    take_some(from[0], &got);
    int status = wait_for(pid);
    close_end(from[0]);
    got.data[got.len] = '\0';
    *out = got.data;
    *len = got.len;
    return status;
}
