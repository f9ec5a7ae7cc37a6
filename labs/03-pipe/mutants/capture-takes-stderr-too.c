/* must fail: capture_output.stderr; may fail: capture_output.low_fds capture_output.failure */
/* Standard error goes into the pipe as well. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), from[2];

    *out = NULL;
    *len = 0;
    if (make_pipe(from) == -1)
        return -1;
    dup2(from[1], STDERR_FILENO);
    pid_t pid = start_program(argv, STDIN_FILENO, from[1]);
    dup2(saved, STDERR_FILENO);
    close(saved);
    close_end(from[1]);
    if (pid == -1) {
        close_end(from[0]);
        return -1;
    }
    int ends[2] = {-1, from[0]};
    return run_exchange(pid, ends, (struct input){NULL, 0}, out, len);
}
