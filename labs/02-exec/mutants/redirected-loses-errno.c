/* must fail: run_redirected.open_fails; may fail: run_redirected.order */
/* -1, with the errno of something else. */
#define run_redirected right_run_redirected
#include "../solution.c"
#undef run_redirected

int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    const char *const paths[3] = {in, out, err};
    int fds[3] = {-1, -1, -1};

    if (open_files(paths, fds) == -1) {
        for (int i = 0; i < 3; i++)
            close(fds[i]); /* EBADF */
        return -1;
    }
    close_files(fds);
    return right_run_redirected(file, argv, in, out, err);
}
