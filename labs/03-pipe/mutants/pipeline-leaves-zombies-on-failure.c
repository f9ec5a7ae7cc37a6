/* must fail: run_pipeline.failure; may fail: run_pipeline.no_pipe */
/* A pipe or process cannot be made: what runs is killed, but not waited for. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

static int start_all(size_t n, char *const *const argvs[], pid_t pids[])
{
    int in = STDIN_FILENO;

    for (size_t i = 0; i < n; i++) {
        int ends[2] = {-1, STDOUT_FILENO};

        pids[i] = -1;
        if (i == n - 1 || make_pipe(ends) == 0)
            pids[i] = start_program(argvs[i], in, ends[1]);
        close_end(in);
        close_end(ends[1]);
        if (pids[i] == -1) {
            close_end(ends[0]);
            while (i-- > 0)
                kill(pids[i], SIGKILL);
            return -1;
        }
        in = ends[0];
    }
    return 0;
}

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    pid_t *pids = calloc(n, sizeof *pids);

    if (n == 0 || pids == NULL) {
        errno = n == 0 ? EINVAL : ENOMEM;
        free(pids);
        return -1;
    }
    if (start_all(n, argvs, pids) == -1) {
        free(pids);
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        status[i] = wait_for(pids[i]);
    free(pids);
    return status[n - 1];
}
