/* must fail: run_with_env.others; may fail: run_with_env.odd_names run_with_env.no_changes run_with_env.inherited run_with_env.path run_with_env.order run_with_env.unsets */
/* The program gets the changes and nothing else. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        clearenv();
        for (size_t i = 0; changes[i] != NULL; i++)
            change_env(changes[i]);
        become(file, argv);
    }
    return wait_for(pid);
}
