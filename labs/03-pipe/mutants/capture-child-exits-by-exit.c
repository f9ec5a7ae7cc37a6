/* must fail: capture_output.exit */
/* exit() in place of _exit(): the child writes the caller's buffers, too. */
#define capture_output right_capture_output
#include "../solution.c"
#undef capture_output

static pid_t start_wrongly(char *const argv[], int in, int out)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    if (in != STDIN_FILENO)
        dup2(in, STDIN_FILENO);
    if (out != STDOUT_FILENO)
        dup2(out, STDOUT_FILENO);
    execvp(argv[0], argv);
    exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
}

int capture_output(char *const argv[], char **out, size_t *len)
{
    int from[2];

    *out = NULL;
    *len = 0;
    if (make_pipe(from) == -1)
        return -1;
    pid_t pid = start_wrongly(argv, STDIN_FILENO, from[1]);
    close_end(from[1]);
    if (pid == -1) {
        close_end(from[0]);
        return -1;
    }
    int ends[2] = {-1, from[0]};
    return run_exchange(pid, ends, (struct input){NULL, 0}, out, len);
}
