/* must fail: run_with_env.odd_names */
/* Takes LAB_LONGER for LAB_LONG when it unsets: compares the start only. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

extern char **environ;

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        for (size_t i = 0; changes[i] != NULL; i++) {
            size_t len = strlen(changes[i]), kept = 0;
            if (strchr(changes[i], '=') != NULL) {
                change_env(changes[i]);
                continue;
            }
            for (size_t at = 0; environ[at] != NULL; at++)
                if (strncmp(environ[at], changes[i], len) != 0)
                    environ[kept++] = environ[at];
            environ[kept] = NULL;
        }
        become(file, argv);
    }
    return wait_for(pid);
}
