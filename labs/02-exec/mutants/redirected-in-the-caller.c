/* must fail: run_redirected.caller; may fail: run_redirected.low_closed run_redirected.each run_redirected.low_fds run_redirected.creates run_redirected.inherits run_redirected.same_file run_redirected.status run_redirected.no_process */
/* dup2() in the caller, and never back. */
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
    for (int i = 0; i < 3; i++)
        if (fds[i] != -1 && dup2(fds[i], i) == -1)
            return -1;
    close_files(fds);
    return run_program(file, argv);
}
