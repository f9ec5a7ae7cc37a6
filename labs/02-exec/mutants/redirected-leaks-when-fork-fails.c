/* must fail: run_redirected.no_process; may fail: run_redirected.caller */
/* No process can be made: the files stay open. */
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
    if (pid == -1)
        return -1;
    if (pid == 0) {
        for (int i = 0; i < 3; i++)
            if (fds[i] != -1 && dup2(fds[i], i) == -1)
                _exit(126);
        become(file, argv);
    }
    close_files(fds);
    return wait_for(pid);
}
