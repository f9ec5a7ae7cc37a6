/* must fail: run_with_env.caller */
/* Changes the caller's, and puts back what was set, but not what was unset. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    char *old[256] = {NULL};

    for (size_t i = 0; changes[i] != NULL; i++) {
        char *name = strndup(changes[i], strcspn(changes[i], "="));
        const char *value = getenv(name);
        old[i] = value ? strdup(value) : NULL;
        free(name);
    }
    for (size_t i = 0; changes[i] != NULL; i++)
        change_env(changes[i]);
    int status = run_program(file, argv);
    int error = errno;
    for (size_t i = 0; changes[i] != NULL; i++) {
        char *name = strndup(changes[i], strcspn(changes[i], "="));
        if (old[i] == NULL)
            unsetenv(name);
        else if (strchr(changes[i], '=') != NULL)
            setenv(name, old[i], 1);
        free(name);
    }
    errno = error;
    return status;
}
