/* must fail: spawn_checked.cannot_run; may fail: spawn_checked.not_found */
/* Makes an errno of the exit code: 127 is ENOENT, 126 is EACCES. */
#define spawn_checked right_spawn_checked
#include "../solution.c"
#undef spawn_checked

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    int error = right_spawn_checked(file, argv, pid);

    if (error == ENOENT || error == ENOTDIR)
        return ENOENT;
    return error == E2BIG ? EACCES : error;
}
