/* must fail: run_with_env.others */
/* Puts what it sets in front: the old value is still there, behind it. */
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
        char **env = calloc(512, sizeof *env);
        size_t n = 0;
        for (size_t i = 0; changes[i] != NULL; i++)
            if (strchr(changes[i], '=') == NULL)
                unsetenv(changes[i]);
        for (char **e = changed(changes); *e != NULL; e++)
            env[n++] = *e;
        for (size_t i = 0; environ[i] != NULL; i++) {
            size_t len = strcspn(environ[i], "=") + 1;
            for (size_t c = 0; changes[c] != NULL; c++)
                if (strncmp(environ[i], changes[c], len) == 0) {
                    env[n++] = environ[i];
                    break;
                }
        }
        environ = env;
        become(file, argv);
    }
    return wait_for(pid);
}
