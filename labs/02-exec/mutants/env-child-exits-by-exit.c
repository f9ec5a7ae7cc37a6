/* must fail: run_with_env.exit */
/* exit() in place of _exit(): the child writes the caller's buffers, too. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        for (size_t i = 0; changes[i] != NULL; i++)
            change_env(changes[i]);
        execvp(file, argv);
        exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
    }
    return wait_for(pid);
}
