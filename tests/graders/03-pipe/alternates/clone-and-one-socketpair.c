/*
 * Another right way: clone(2) as a vfork, which no test can make fail; all
 * pipes at once; one socketpair for both directions, half of which is shut
 * down after the input; epoll.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

ssize_t read_full(int fd, void *buf, size_t n)
{
    ssize_t got;
    size_t have = 0;

    do {
        got = read(fd, (char *)buf + have, n - have);
        have += got > 0 ? (size_t)got : 0;
    } while ((got > 0 && have < n) || (got == -1 && errno == EINTR));
    return got == -1 ? -1 : (ssize_t)have;
}

ssize_t write_full(int fd, const void *buf, size_t n)
{
    ssize_t put;
    size_t sent = 0;

    do {
        put = write(fd, (const char *)buf + sent, n - sent);
        sent += put > 0 ? (size_t)put : 0;
    } while ((put >= 0 && sent < n) || (put == -1 && errno == EINTR));
    return put == -1 ? -1 : (ssize_t)sent;
}

static void shut(int fd)
{
    int error = errno;
    if (fd > 2)
        close(fd);
    errno = error;
}

/* Both above 2, or both closed and -1. */
static int raise_both(int fds[2])
{
    int error = 0;
    for (int i = 0; i < 2; i++) {
        int low = fds[i];
        if (low > 2)
            continue;
        fds[i] = fcntl(low, F_DUPFD_CLOEXEC, 3);
        error = fds[i] == -1 ? errno : error;
        close(low);
    }
    if (error == 0)
        return 0;
    shut(fds[0]);
    shut(fds[1]);
    errno = error;
    return -1;
}

struct start {
    char *const *argv;
    int in, out;
};

static int become(void *arg)
{
    struct start *s = arg;
    if (s->in != 0)
        dup3(s->in, 0, 0);
    if (s->out != 1)
        dup3(s->out, 1, 0);
    execvp(s->argv[0], s->argv);
    _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
}

static pid_t start(char *const *argv, int in, int out)
{
    _Alignas(16) char stack[1 << 16];
    struct start s = {argv, in, out};
    return clone(become, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &s);
}

static int reap(pid_t pid)
{
    int w;
    while (waitpid(pid, &w, 0) == -1)
        if (errno != EINTR)
            return -1;
    return WIFSIGNALED(w) ? 128 + WTERMSIG(w) : WEXITSTATUS(w);
}

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    size_t made = 0, started = 0;
    int error = n == 0 ? EINVAL : 0;
    int(*pipes)[2] = calloc(n + 1, sizeof *pipes);
    pid_t *pids = calloc(n + 1, sizeof *pids);

    if (pipes == NULL || pids == NULL)
        error = ENOMEM;
    while (error == 0 && made + 1 < n)
        if (pipe2(pipes[made], O_CLOEXEC) == -1 || raise_both(pipes[made]) == -1)
            error = errno;
        else
            made++;
    while (error == 0 && started < n) {
        int in = started == 0 ? 0 : pipes[started - 1][0];
        int out = started == n - 1 ? 1 : pipes[started][1];
        pids[started] = start(argvs[started], in, out);
        if (pids[started] == -1)
            error = errno;
        else
            started++;
    }
    while (made-- > 0) {
        close(pipes[made][0]);
        close(pipes[made][1]);
    }
    for (size_t i = 0; i < started; i++) {
        if (error != 0)
            kill(pids[i], SIGKILL);
        status[i] = reap(pids[i]);
    }
    int result = error != 0 ? -1 : status[n - 1];
    free(pipes);
    free(pids);
    errno = error;
    return result;
}

/* Until EOF, feeding the same socket meanwhile; false: no memory. */
static int exchange(int fd, int epoll, const char *in, size_t left, char **all, size_t *len)
{
    *len = 0;
    *all = malloc(1);
    for (;;) {
        struct epoll_event event;
        char block[65536];
        if (*all == NULL)
            return -1;
        if (epoll_wait(epoll, &event, 1, -1) != 1)
            continue;
        if (left > 0 && (event.events & EPOLLOUT)) {
            ssize_t put = send(fd, in, left, MSG_NOSIGNAL | MSG_DONTWAIT);
            in += put > 0 ? put : 0;
            left -= put > 0 ? (size_t)put : 0;
            if (put == -1 && errno != EAGAIN && errno != EINTR)
                left = 0;
            if (left == 0) {
                shutdown(fd, SHUT_WR);
                event.events = EPOLLIN;
                epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event);
            }
        }
        ssize_t got = event.events & (EPOLLIN | EPOLLHUP) ? read(fd, block, sizeof block) : 1 << 30;
        if (got == 1 << 30 || (got == -1 && errno == EINTR))
            continue;
        if (got <= 0) /* ECONNRESET: it has not read all of its input */
            break;
        char *more = realloc(*all, *len + (size_t)got + 1);
        if (more == NULL)
            free(*all);
        else
            memcpy(more + *len, block, (size_t)got);
        *all = more;
        *len += (size_t)got;
    }
    (*all)[*len] = '\0';
    return 0;
}

static int run(char *const argv[], int feeds, const void *in, size_t in_len, char **out,
               size_t *len)
{
    int fds[2], error = 0;

    *out = NULL;
    if (feeds ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) : pipe2(fds, O_CLOEXEC))
        return -1;
    if (raise_both(fds) == -1)
        return -1;
    pid_t pid = start(argv, feeds ? fds[1] : 0, fds[1]);
    shut(fds[1]);
    if (pid == -1) {
        shut(fds[0]);
        return -1;
    }
    if (feeds && in_len == 0)
        shutdown(fds[0], SHUT_WR);
    struct epoll_event event = {.events = EPOLLIN | (in_len > 0 ? EPOLLOUT : 0)};
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    if (epoll == -1 || epoll_ctl(epoll, EPOLL_CTL_ADD, fds[0], &event) == -1 ||
        exchange(fds[0], epoll, in, in_len, out, len) == -1) {
        error = errno;
        kill(pid, SIGKILL);
    }
    if (epoll != -1)
        close(epoll); /* it may be one of 0 to 2 */
    close(fds[0]);
    int status = reap(pid);
    errno = error;
    return error != 0 ? -1 : status;
}

int capture_output(char *const argv[], char **out, size_t *len)
{
    return run(argv, 0, NULL, 0, out, len);
}

int feed_and_capture(char *const argv[], const void *in, size_t in_len, char **out, size_t *out_len)
{
    return run(argv, 1, in, in_len, out, out_len);
}
