/* must fail: run_pipeline.low_fds */
/* A caller that has closed 0 or 1 gets pipe ends there, and dup2() in the
   child overwrites them. */
#define run_pipeline right_run_pipeline
#include "../solution.c"
#undef run_pipeline

static void close_it(int fd)
{
    int error = errno;

    close(fd);
    errno = error;
}

/* dup2() without a look at what stands where. */
static pid_t start_blindly(char *const argv[], int in, int out)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    if (in != -1)
        dup2(in, STDIN_FILENO);
    if (out != -1)
        dup2(out, STDOUT_FILENO);
    execvp(argv[0], argv);
    _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
}

static int start_all(size_t n, char *const *const argvs[], pid_t pids[])
{
    int in = -1;

    for (size_t i = 0; i < n; i++) {
        int ends[2] = {-1, -1};

        pids[i] = -1;
        if (i == n - 1 || pipe2(ends, O_CLOEXEC) == 0)
            pids[i] = start_blindly(argvs[i], in, ends[1]);
        if (in != -1)
            close_it(in);
        if (ends[1] != -1)
            close_it(ends[1]);
        if (pids[i] == -1) {
            if (ends[0] != -1)
                close_it(ends[0]);
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
