/* must fail: capture_output.low_fds */
/* A caller that has closed 1 gets the write end there: dup2() to itself does
   nothing, and leaves it close-on-exec. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

int capture_output(char *const argv[], char **out, size_t *len)
{
    int from[2];

    *out = NULL;
    *len = 0;
    if (pipe2(from, O_CLOEXEC) == -1)
        return -1;
    pid_t pid = start_program(argv, STDIN_FILENO, from[1]);
    close(from[1]);
    if (pid == -1) {
        close_end(from[0]);
        return -1;
    }
    int ends[2] = {-1, from[0]};
    return run_exchange(pid, ends, (struct input){NULL, 0}, out, len);
}
