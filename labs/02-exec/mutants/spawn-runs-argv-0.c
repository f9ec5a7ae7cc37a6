/* must fail: spawn_checked.direct */
/* Runs what argv[0] says, not file. */
#define spawn_checked right_spawn_checked
#include "../solution.c"
#undef spawn_checked

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    (void)file;
    return right_spawn_checked(argv[0], argv, pid);
}
