/* must fail: spawn_checked.running spawn_checked.not_found spawn_checked.cannot_run; may fail: spawn_checked.other_children */
/* fork(), and no look at what became of exec. */
#define spawn_checked right_spawn_checked
#include "../solution.c"
#undef spawn_checked

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
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
