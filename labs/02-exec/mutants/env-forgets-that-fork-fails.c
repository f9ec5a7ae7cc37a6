/* must fail: run_with_env.no_process */
/* waitpid(-1): it waits for any child, and there is none. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    pid_t pid = fork();

    if (pid == 0) {
        for (size_t i = 0; changes[i] != NULL; i++)
            change_env(changes[i]);
        become(file, argv);
    }
    return wait_for(pid);
}
