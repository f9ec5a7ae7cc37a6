/* must fail: run_with_env.path */
/* execvpe() searches the caller's PATH, not the one that it hands over. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

extern char **environ;

/* A copy of environ with the changes made; ended by NULL. */
static char **changed(char *const changes[])
{
    char **env = calloc(512, sizeof *env);
    size_t n = 0;

    for (size_t i = 0; environ[i] != NULL; i++)
        env[n++] = environ[i];
    for (size_t i = 0; changes[i] != NULL; i++) {
        size_t len = strcspn(changes[i], "="), at = 0, kept = 0;
        for (; at < n; at++)
            if (strncmp(env[at], changes[i], len) != 0 || env[at][len] != '=')
                env[kept++] = env[at];
        n = kept;
        if (changes[i][len] == '=')
            env[n++] = changes[i];
        env[n] = NULL;
    }
    return env;
}

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        execvpe(file, argv, changed(changes));
        _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
    }
    return wait_for(pid);
}
