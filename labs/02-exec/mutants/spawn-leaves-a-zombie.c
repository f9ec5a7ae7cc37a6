/* must fail: spawn_checked.nothing_left; may fail: spawn_checked.caller */
/* exec failed: nobody waits for the child. */
#define spawn_checked right_spawn_checked
#include "../solution.c"
#undef spawn_checked

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) == -1)
        return errno;
    pid_t child = fork();
    int error = errno;
    if (child == 0) {
        execvp(file, argv);
        error = errno;
        ssize_t put = write(ends[1], &error, sizeof error);
        _exit(put == sizeof error ? 127 : 126);
    }
    close(ends[1]);
    if (child != -1)
        error = read_error(ends[0]);
    close(ends[0]);
    if (child == -1)
        return error;
    if (error == 0)
        *pid = child;
    return error;
}
