/* must fail: run_with_env.caller */
/* Says on standard error, in the child, why exec has failed. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

#include <stdio.h>

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        for (size_t i = 0; changes[i] != NULL; i++)
            change_env(changes[i]);
        execvp(file, argv);
        int error = errno;
        perror(file);
        _exit(error == ENOENT || error == ENOTDIR ? 127 : 126);
    }
    return wait_for(pid);
}
