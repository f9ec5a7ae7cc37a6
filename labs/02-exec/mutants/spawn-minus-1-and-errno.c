/* must fail: spawn_checked.not_found spawn_checked.cannot_run spawn_checked.no_process */
/* -1 and errno, as other functions do, and not the errno as the result. */
#define spawn_checked right_spawn_checked
#include "../solution.c"
#undef spawn_checked

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    int error = right_spawn_checked(file, argv, pid);

    errno = error;
    return error == 0 ? 0 : -1;
}
