/* must fail: spawn_checked.running; may fail: spawn_checked.not_found spawn_checked.cannot_run spawn_checked.nothing_left */
/* Sleeps for a while, and takes a child that has not exited for a program that runs. */
#define spawn_checked right_spawn_checked
#include "../solution.c"
#undef spawn_checked

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    int wstatus;
    pid_t child = fork();

    if (child == -1)
        return errno;
    if (child == 0) {
        execvp(file, argv);
        _exit(errno);
    }
    usleep(20000);
    if (waitpid(child, &wstatus, WNOHANG) == child)
        return WEXITSTATUS(wstatus);
    *pid = child;
    return 0;
}
