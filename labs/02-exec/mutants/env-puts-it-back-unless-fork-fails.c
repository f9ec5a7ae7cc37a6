/* must fail: run_with_env.caller */
/* Has another environment while it forks, and returns early where that fails. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

static char **changed(char **env, char *const changes[])
{
    size_t n = 0, n_changes = 0;

    while (env[n] != NULL)
        n++;
    while (changes[n_changes] != NULL)
        n_changes++;
    char **copy = calloc(n + n_changes + 1, sizeof *copy);
    if (copy == NULL)
        return NULL;
    memcpy(copy, env, n * sizeof *copy);
    for (size_t c = 0; c < n_changes; c++) {
        size_t len = strcspn(changes[c], "="), kept = 0;
        for (size_t i = 0; i < n; i++)
            if (strncmp(copy[i], changes[c], len) != 0 || copy[i][len] != '=')
                copy[kept++] = copy[i];
        n = kept;
        if (changes[c][len] == '=')
            copy[n++] = changes[c];
        copy[n] = NULL;
    }
    return copy;
}

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    char **before = environ, **copy = changed(environ, changes);

    if (copy == NULL)
        return -1;
    environ = copy;
    pid_t pid = fork();
    if (pid == -1)
        return -1;
    if (pid == 0)
        become(file, argv);
    environ = before;
    free(copy);
    return wait_for(pid);
}
