/* must fail: run_redirected.inherited; may fail: run_redirected.low_closed */
/* Not close-on-exec: the program has each file twice. */
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
        for (int i = 0; i < 3; i++)
            if (fds[i] != -1 &&
                (dup2(fds[i], i) == -1 || fcntl(fds[i], F_SETFD, 0) == -1))
                _exit(126);
        become(file, argv);
    }
    close_files(fds);
    return pid == -1 ? -1 : wait_for(pid);
}
