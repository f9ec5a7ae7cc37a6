/* must fail: run_with_env.path */
/* Searches the new PATH by hand, and takes the first file of that name. */
#define run_with_env right_run_with_env
#include "../solution.c"
#undef run_with_env

#include <stdio.h>

static _Noreturn void search(const char *file, char *const argv[])
{
    const char *path = getenv("PATH");
    char full[4096], *rest = strdup(path != NULL ? path : "/bin:/usr/bin");

    for (char *folder; (folder = strsep(&rest, ":")) != NULL;) {
        snprintf(full, sizeof full, "%s/%s", folder, file);
        if (access(full, F_OK) == 0)
            become(full, argv);
    }
    _exit(127);
}

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        for (size_t i = 0; changes[i] != NULL; i++)
            change_env(changes[i]);
        if (strchr(file, '/') == NULL)
            search(file, argv);
        become(file, argv);
    }
    return wait_for(pid);
}
