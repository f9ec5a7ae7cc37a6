/* must fail: run_program.path */
/* Takes the first file of that name in PATH, even if it may not be executed. */
#define run_program right_run_program
#include "../solution.c"
#undef run_program

#include <stdio.h>

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        const char *path = getenv("PATH");
        char *folders = strdup(path ? path : ""), *rest = folders, *folder;
        char full[4096];
        while (strchr(file, '/') == NULL &&
               (folder = strsep(&rest, ":")) != NULL) {
            snprintf(full, sizeof full, "%s/%s", folder, file);
            if (access(full, F_OK) == 0) {
                file = full;
                break;
            }
        }
        execv(file, argv);
        _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
    }
    return wait_for(pid);
}
