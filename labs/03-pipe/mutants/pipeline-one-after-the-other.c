/* must fail: run_pipeline.side_by_side; may fail: run_pipeline.ends run_pipeline.large run_pipeline.failure run_pipeline.no_zombie run_pipeline.sigpipe run_pipeline.no_pipe */
/* Waits for each program before it starts the next: beyond the pipe's
   capacity the first one waits for a reader that never comes. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    int in = STDIN_FILENO;

    if (n == 0) {
        errno = EINVAL;
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        int ends[2] = {-1, STDOUT_FILENO};

        if (i < n - 1 && make_pipe(ends) == -1) {
            close_end(in);
            return -1;
        }
        pid_t pid = start_program(argvs[i], in, ends[1]);
        close_end(in);
        close_end(ends[1]);
        if (pid == -1) {
            close_end(ends[0]);
            return -1;
        }
        status[i] = wait_for(pid);
        in = ends[0];
    }
    return status[n - 1];
}
