/* must fail: run_with_env.other_children */
/* wait() takes whichever child ends first. */
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
        become(file, argv);
    }
    int wstatus;
    while (wait(&wstatus) == -1)
        if (errno != EINTR)
            return -1;
    if (WIFSIGNALED(wstatus))
        return 128 + WTERMSIG(wstatus);
    return WEXITSTATUS(wstatus);
}
