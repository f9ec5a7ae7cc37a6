/* must fail: run_pipeline.other_children */
/* wait() takes whichever child ends: also one that is none of ours. */
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
    for (size_t left = n; left > 0; left--) {
        int wstatus;
        pid_t pid = wait(&wstatus);

        if (pid == -1 && errno == EINTR)
            left++;
        for (size_t i = 0; i < n; i++)
            if (pid == pids[i])
                status[i] = WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus)
                                                 : WEXITSTATUS(wstatus);
    }
    free(pids);
    return status[n - 1];
}
