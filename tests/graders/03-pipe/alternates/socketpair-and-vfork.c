/*
 * Another right way: vfork(), one thread that copies by poll() and big
 * blocks, SIGPIPE avoided by a socketpair and MSG_NOSIGNAL, output collected
 * by open_memstream().
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

ssize_t read_full(int fd, void *buf, size_t n)
{
    size_t have = 0;

again:
    if (have == n)
        return (ssize_t)n;
    ssize_t got = read(fd, (char *)buf + have, n - have);
    if (got > 0) {
        have += (size_t)got;
        goto again;
    }
    if (got == 0)
        return (ssize_t)have;
    if (errno == EINTR)
        goto again;
    return -1;
}

ssize_t write_full(int fd, const void *buf, size_t n)
{
    for (size_t sent = 0; sent < n;) {
        ssize_t put = write(fd, (const char *)buf + sent, n - sent);
        if (put < 0 && errno != EINTR)
            return -1;
        sent += put > 0 ? (size_t)put : 0;
    }
    return (ssize_t)n;
}

/* The same fd above 2, close-on-exec; the old one is closed. -1: none. */
static int lift(int fd)
{
    int high = fcntl(fd, F_DUPFD_CLOEXEC, 3), error = errno;

    close(fd);
    errno = error;
    return high;
}

static int lift_both(int ends[2])
{
    ends[0] = lift(ends[0]);
    int error = errno;
    ends[1] = lift(ends[1]);
    if (ends[0] >= 0 && ends[1] >= 0)
        return 0;
    if (ends[0] >= 0)
        error = errno;
    close(ends[0] >= 0 ? ends[0] : ends[1]);
    errno = error;
    return -1;
}

static pid_t start(char *const argv[], int in, int out)
{
    pid_t pid = vfork();

    if (pid == 0) {
        if (in > 2)
            dup2(in, 0);
        if (out > 2)
            dup2(out, 1);
        execvp(argv[0], argv);
        _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
    }
    return pid;
}

static int end(pid_t pid)
{
    int w;

    while (waitpid(pid, &w, 0) != pid)
        ;
    return WIFEXITED(w) ? WEXITSTATUS(w) : 128 + WTERMSIG(w);
}

static void drop(int fd)
{
    int error = errno;

    if (fd > 2)
        close(fd);
    errno = error;
}

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    pid_t *pids = n ? malloc(n * sizeof *pids) : NULL;
    size_t i;
    int in = 0, ends[2];

    if (n == 0)
        errno = EINVAL;
    if (pids == NULL)
        return -1;
    for (i = 0; i < n; i++) {
        ends[0] = 0;
        ends[1] = 1;
        if (i < n - 1 && (pipe(ends) < 0 || lift_both(ends) < 0)) {
            drop(in);
            break;
        }
        pids[i] = start(argvs[i], in, ends[1]);
        drop(in);
        drop(ends[1]);
        in = ends[0];
        if (pids[i] < 0) {
            drop(in);
            break;
        }
    }
    int error = errno;
    for (size_t k = 0; i < n && k < i; k++)
        kill(pids[k], SIGKILL);
    for (size_t k = 0; k < i; k++)
        status[k] = end(pids[k]);
    free(pids);
    errno = error;
    return i < n ? -1 : status[n - 1];
}

static int pump(int to, int from, const char *in, size_t left, char **out, size_t *len)
{
    FILE *all = open_memstream(out, len);

    if (all == NULL)
        return -1;
    if (left == 0 && to >= 0)
        close(to), to = -1;
    for (;;) {
        struct pollfd p[] = {{from, POLLIN, 0}, {to, POLLOUT, 0}};
        char block[30000];
        if (poll(p, 2, -1) < 0)
            continue;
        if (p[1].revents) {
            ssize_t put = send(to, in, left, MSG_NOSIGNAL | MSG_DONTWAIT);
            if (put >= 0)
                in += put, left -= (size_t)put;
            if (left == 0 || (put < 0 && errno != EINTR && errno != EAGAIN))
                close(to), to = -1;
        }
        if (p[0].revents) {
            ssize_t got = read(from, block, sizeof block);
            if (got > 0)
                fwrite(block, 1, (size_t)got, all);
            if (got == 0 && to < 0)
                break;
            if (got == 0) /* it still reads: only feed from now on */
                close(from), from = -1;
        }
        if (from < 0 && to < 0)
            break;
    }
    fclose(all);
    if (from >= 0)
        close(from);
    return 0;
}

int capture_output(char *const argv[], char **out, size_t *len)
{
    int ends[2];

    *out = NULL;
    if (pipe(ends) < 0 || lift_both(ends) < 0)
        return -1;
    pid_t pid = start(argv, 0, ends[1]);
    drop(ends[1]);
    if (pid < 0) {
        drop(ends[0]);
        return -1;
    }
    pump(-1, ends[0], NULL, 0, out, len);
    return end(pid);
}

int feed_and_capture(char *const argv[], const void *in, size_t in_len, char **out, size_t *out_len)
{
    int to[2], from[2];

    *out = NULL;
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, to) < 0 || lift_both(to) < 0)
        return -1;
    if (pipe(from) < 0 || lift_both(from) < 0) {
        drop(to[0]), drop(to[1]);
        return -1;
    }
    pid_t pid = start(argv, to[0], from[1]);
    drop(to[0]);
    drop(from[1]);
    if (pid < 0) {
        drop(to[1]), drop(from[0]);
        return -1;
    }
    pump(to[1], from[0], in, in_len, out, out_len);
    return end(pid);
}
