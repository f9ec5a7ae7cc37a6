/* must fail: run_redirected.open_fails; may fail: run_redirected.caller */
/* What was opened before the one that failed stays open. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

/* As open_files(), but for one thing. */
static int open_wrongly(const char *const paths[3], int fds[3])
{
    for (int i = 0; i < 3; i++) {
        if (paths[i] == NULL)
            continue;
        if (i == 2 && paths[1] != NULL && strcmp(paths[1], paths[2]) == 0) {
            fds[2] = fds[1];
            continue;
        }
        do
            fds[i] = open(paths[i],
                          (i == 0 ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC) |
                              O_CLOEXEC,
                          0644);
        while (fds[i] == -1 && errno == EINTR);
        fds[i] = move_up(fds[i]);
        if (fds[i] == -1) {
            return -1;
        }
    }
    return 0;
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
