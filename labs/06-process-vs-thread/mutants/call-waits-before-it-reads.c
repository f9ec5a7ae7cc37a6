/* must fail: call_isolated.large */
/* Waits for the child, which waits for a reader. */
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
        *wstatus = wait_for(pid);
        int returned;
        if (read(ends[0], &returned, sizeof returned) == sizeof returned) {
            size_t have = 0;
            ssize_t got = 1;
            while (have < len && got > 0) {
                got = read(ends[0], (char *)result + have, len - have);
                have += got > 0 ? (size_t)got : 0;
            }
            value = returned;
        }
    }
    close(ends[0]);
    free(own);
    errno = error;
    return value;
}
