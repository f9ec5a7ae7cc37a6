/* must fail: spawn_checked.cannot_run spawn_checked.running; may fail: spawn_checked.* */
/* access() before fork(), and no look at what became of exec. */
#define spawn_checked right_spawn_checked
#include "../solution.c"
#undef spawn_checked

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    if (strchr(file, '/') != NULL && access(file, X_OK) == -1)
        return errno;
    pid_t child = fork();
    if (child == -1)
        return errno;
    if (child == 0) {
        execvp(file, argv);
        _exit(127);
    }
    *pid = child;
    return 0;
}
