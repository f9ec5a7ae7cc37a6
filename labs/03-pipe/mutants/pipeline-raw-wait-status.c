/* must fail: run_pipeline.status; may fail: run_pipeline.exec_fails */
/* Hands on the raw wait status: exit 3 comes out as 768. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    pid_t *pids = calloc(n, sizeof *pids);

    if (n == 0 || pids == NULL) {
        errno = n == 0 ? EINVAL : ENOMEM;
        free(pids);
        return -1;
    }
    if (start_pipeline(n, argvs, pids) == -1) {
        free(pids);
        return -1;
    }
    for (size_t i = 0; i < n; i++)
        while (waitpid(pids[i], &status[i], 0) == -1 && errno == EINTR)
            ;
    free(pids);
    return status[n - 1];
}
