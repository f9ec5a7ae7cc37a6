/* must fail: spawn_checked.inherited */
/* Blocks all signals around the fork, and the program inherits that. */
#define spawn_checked right_spawn_checked
#include "../solution.c"
#undef spawn_checked

#include <signal.h>

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    sigset_t all, before;

    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    int error = right_spawn_checked(file, argv, pid);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return error;
}
