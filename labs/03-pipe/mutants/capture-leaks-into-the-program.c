/* must fail: capture_output.inherited */
/* The read end is not close-on-exec: the program has it, too. */
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
    fcntl(from[0], F_SETFD, 0); /* the wrong line */
    pid_t pid = start_program(argv, STDIN_FILENO, from[1]);
    close_end(from[1]);
    if (pid == -1) {
        close_end(from[0]);
        return -1;
    }
    int ends[2] = {-1, from[0]};
    return run_exchange(pid, ends, (struct input){NULL, 0}, out, len);
}
