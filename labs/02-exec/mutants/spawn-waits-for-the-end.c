/* must fail: spawn_checked.works; may fail: spawn_checked.* */
/* Waits until the program has ended. */
#define spawn_checked right_spawn_checked
#include "../solution.c"
#undef spawn_checked

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    int error = right_spawn_checked(file, argv, pid);

    if (error == 0)
        wait_for(*pid);
    return error;
}
