/* must fail: call_isolated.large; may fail: call_isolated.eintr call_isolated.empty */
/* Takes what one read() brings for the whole. */
#define call_isolated right_call_isolated
#include "../solution.c"
#undef call_isolated

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    int ends[2], value = -1;
    void *own = malloc(len + 1);

    if (own == NULL || pipe(ends) == -1) {
        free(own);
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        int returned = fn(arg, own) & 0xff;
        if (write(ends[1], &returned, sizeof returned) == -1 ||
            write(ends[1], own, len) == -1)
            _exit(255);
        _exit(returned);
    }
    int error = errno;
    close(ends[1]);
    if (pid != -1) {
        int returned;
        ssize_t got = 0;
        while ((got = read(ends[0], &returned, sizeof returned)) == -1 &&
               errno == EINTR)
            continue;
        if (got == sizeof returned) {
            while ((got = read(ends[0], result, len)) == -1 && errno == EINTR)
                continue;
            value = returned;
        }
        close(ends[0]);
        *wstatus = wait_for(pid);
        if (pipe(ends) == -1)
            return -1;
        close(ends[1]);
    }
    close(ends[0]);
    free(own);
    errno = error;
    return value;
}
