/* must fail: run_redirected.same_file; may fail: run_redirected.low_fds */
/* Sends err where the caller's own standard output goes. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    const char *const paths[3] = {in, out, err};
    int fds[3] = {-1, -1, -1};

    if (open_files(paths, fds) == -1)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        if (fds[2] != -1 && fds[2] == fds[1])
            fds[2] = dup(STDOUT_FILENO);
        for (int i = 0; i < 3; i++)
            if (fds[i] != -1 && dup2(fds[i], i) == -1)
                _exit(126);
        become(file, argv);
    }
    close_files(fds);
    return pid == -1 ? -1 : wait_for(pid);
}
