/* must fail: spawn_checked.running spawn_checked.works; may fail: spawn_checked.* */
/* Waits for the child, to learn from its exit code whether exec failed. */
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
    while (waitpid(child, &wstatus, 0) == -1)
        if (errno != EINTR)
            return errno;
    *pid = child;
    return WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : EIO;
}
