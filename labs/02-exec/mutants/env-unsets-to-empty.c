/* must fail: run_with_env.unsets; may fail: run_with_env.order run_with_env.others run_with_env.odd_names */
/* A variable that is unset becomes empty. */
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
            if (strchr(changes[i], '=') != NULL)
                putenv(changes[i]);
            else
                setenv(changes[i], "", 1);
        become(file, argv);
    }
    return wait_for(pid);
}
