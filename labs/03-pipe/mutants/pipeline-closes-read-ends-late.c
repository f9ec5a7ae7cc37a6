/* must fail: run_pipeline.sigpipe; may fail: run_pipeline.ends */
/* The caller closes the read ends only when all have ended: a writer whose
   reader has gone is not told. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

static int start_all(size_t n, char *const *const argvs[], pid_t pids[],
                     int read_ends[])
{
    int in = STDIN_FILENO;

    for (size_t i = 0; i < n; i++) {
        int ends[2] = {-1, STDOUT_FILENO};

        pids[i] = -1;
        if (i == n - 1 || make_pipe(ends) == 0)
            pids[i] = start_program(argvs[i], in, ends[1]);
        close_end(ends[1]);
        read_ends[i] = ends[0];
        if (pids[i] == -1) {
            while (i-- > 0)
                end_program(pids[i]);
            return -1;
        }
        in = ends[0];
    }
    return 0;
}

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    if (n == 0) {
        errno = EINVAL;
        return -1;
    }
    pid_t *pids = calloc(n, sizeof *pids);
    int *read_ends = calloc(n, sizeof *read_ends);
    int result = start_all(n, argvs, pids, read_ends);
    for (size_t i = 0; i < n && result == 0; i++)
        status[i] = wait_for(pids[i]);
    for (size_t i = 0; i < n; i++)
        close_end(read_ends[i]);
    free(pids);
    free(read_ends);
    return result == -1 ? -1 : status[n - 1];
}
