/* must fail: run_with_env.odd_names */
/* The name ends at the last =, not at the first. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        for (size_t i = 0; changes[i] != NULL; i++) {
            char *equals = strrchr(changes[i], '=');
            if (equals == NULL) {
                unsetenv(changes[i]);
                continue;
            }
            char *name = strndup(changes[i], (size_t)(equals - changes[i]));
            setenv(name, equals + 1, 1);
            free(name);
        }
        become(file, argv);
    }
    return wait_for(pid);
}
