/* must fail: run_redirected.order */
/* Opens all three, and looks only then what failed. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

static int open_wrongly(const char *const paths[3], int fds[3])
{
    int error = 0;

    for (int i = 0; i < 3; i++) {
        if (paths[i] == NULL)
            continue;
        if (i == 2 && paths[1] != NULL && strcmp(paths[1], paths[2]) == 0)
            fds[2] = fds[1];
        else
            fds[i] = open_file(paths[i], i == 0 ? O_RDONLY
                                                : O_WRONLY | O_CREAT | O_TRUNC);
        if (fds[i] == -1 && error == 0)
            error = errno;
    }
    if (error == 0)
        return 0;
    close_files(fds);
    errno = error;
    return -1;
}

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    const char *const paths[3] = {in, out, err};
    int fds[3] = {-1, -1, -1};

    if (open_wrongly(paths, fds) == -1)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 3; i++)
            if (fds[i] != -1 && dup2(fds[i], i) == -1)
                _exit(126);
        become(file, argv);
    }
    close_files(fds);
    return pid == -1 ? -1 : wait_for(pid);
}
