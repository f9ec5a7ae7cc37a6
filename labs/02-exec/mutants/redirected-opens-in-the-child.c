/* must fail: run_redirected.open_fails; may fail: run_redirected.order run_redirected.low_fds */
/* Opens in the child, which can only exit when that fails. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    const char *const paths[3] = {in, out, err};
    int fds[3] = {-1, -1, -1};
    pid_t pid = fork();

    if (pid == 0) {
        if (open_files(paths, fds) == -1)
            _exit(1);
        for (int i = 0; i < 3; i++)
            if (fds[i] != -1 && dup2(fds[i], i) == -1)
                _exit(126);
        become(file, argv);
    }
    return pid == -1 ? -1 : wait_for(pid);
}
