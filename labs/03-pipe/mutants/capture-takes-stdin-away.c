/* must fail: capture_output.stdin; may fail: capture_output.low_fds */
/* The program gets /dev/null, not the caller's standard input. */
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
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    pid_t pid = start_program(argv, nothing, from[1]);
    close_end(nothing);
    close_end(from[1]);
    if (pid == -1) {
        close_end(from[0]);
        return -1;
    }
    int ends[2] = {-1, from[0]};
    return run_exchange(pid, ends, (struct input){NULL, 0}, out, len);
}
