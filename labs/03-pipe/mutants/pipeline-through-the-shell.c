/* must fail: run_pipeline.direct; may fail: run_pipeline.path run_pipeline.exec_fails */
/* Runs the words through sh -c: a * or a ; in an argument is not one. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

#include <string.h>

static pid_t start_wrongly(char *const argv[], int in, int out)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    if (in != STDIN_FILENO)
        dup2(in, STDIN_FILENO);
    if (out != STDOUT_FILENO)
        dup2(out, STDOUT_FILENO);
    char line[4096] = "exec";
    for (size_t i = 0; argv[i] != NULL; i++) {
        strncat(line, " ", sizeof line - strlen(line) - 1);
        strncat(line, argv[i], sizeof line - strlen(line) - 1);
    }
    execl("/bin/sh", "sh", "-c", line, (char *)NULL);
    _exit(126);
}

static int start_all(size_t n, char *const *const argvs[], pid_t pids[])
{
    int in = STDIN_FILENO;

    for (size_t i = 0; i < n; i++) {
        int ends[2] = {-1, STDOUT_FILENO};

        pids[i] = -1;
        if (i == n - 1 || make_pipe(ends) == 0)
            pids[i] = start_wrongly(argvs[i], in, ends[1]);
        close_end(in);
        close_end(ends[1]);
        if (pids[i] == -1) {
            close_end(ends[0]);
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
