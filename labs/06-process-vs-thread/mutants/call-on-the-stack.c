/* must fail: call_isolated.large */
/* The result, however large, goes on the stack. */
#define call_isolated right_call_isolated
#include "../solution.c"
#undef call_isolated

/* All len bytes and one more come through a pipe: false, if they do not. */
static bool read_all(int fd, char *to, size_t len)
{
    size_t have = 0;

    while (have < len) {
        ssize_t n = read(fd, to + have, len - have);
        if (n == 0 || (n == -1 && errno != EINTR))
            return false;
        have += n > 0 ? (size_t)n : 0;
    }
    return true;
}

static void write_all(int fd, const char *from, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, from, len);
        if (n == -1)
            _exit(1);
        from += n;
        len -= (size_t)n;
    }
}

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    max_align_t room[len / sizeof(max_align_t) + 1];
    char *own = (char *)room;
    int ends[2], value = -1;

    if (pipe(ends) == -1)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        own[len] = (char)fn(arg, own);
        write_all(ends[1], own, len + 1);
        _exit(0);
    }
    int error = errno;
    close(ends[1]);
    if (pid != -1) {
        if (read_all(ends[0], own, len + 1)) {
            value = (unsigned char)own[len];
            if (len > 0)
                memcpy(result, own, len);
        }
        *wstatus = wait_for(pid);
    }
    close(ends[0]);
    errno = error;
    return value;
}
