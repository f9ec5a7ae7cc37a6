/*
 * Another right way: exec's errno comes back through a close-on-exec pipe, as
 * libuv does it; a second child does the feeding; wait4(); getline-like
 * growth by fixed blocks; vfork for the pipeline.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

ssize_t read_full(int fd, void *buf, size_t n)
{
    ssize_t got = 1;
    size_t have = 0;

    while (n > have && got != 0) {
        got = read(fd, (char *)buf + have, n - have < 1000 ? n - have : 1000);
        if (got < 0 && errno != EINTR)
            return -1;
        have += got > 0 ? (size_t)got : 0;
        got = got < 0 ? 1 : got;
    }
    return (ssize_t)have;
}

ssize_t write_full(int fd, const void *buf, size_t n)
{
    size_t sent = 0;

    while (sent < n) {
        size_t part = n - sent < 3000 ? n - sent : 3000;
        ssize_t put = write(fd, (const char *)buf + sent, part);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return -1;
        sent += (size_t)put;
    }
    return (ssize_t)n;
}

static void shut(int fd)
{
    int error = errno;

    if (fd > 2)
        close(fd);
    errno = error;
}

/* Fill the low numbers first, so that a pipe lies above them. */
static int make(int ends[2])
{
    int low[3], n = 0, made;

    while (n < 3) {
        int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (fd < 0 || fd > 2) {
            if (fd > 2)
                close(fd);
            break;
        }
        low[n++] = fd;
    }
    made = pipe2(ends, O_CLOEXEC);
    int error = errno;
    while (n > 0)
        close(low[--n]);
    errno = error;
    return made;
}

static int reap(pid_t pid)
{
    struct rusage unused;
    int w;
    pid_t got;

    do
        got = wait4(pid, &w, 0, &unused);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    return WIFEXITED(w) ? WEXITSTATUS(w) : WTERMSIG(w) + 128;
}

static void put_in_place(int fd, int place)
{
    if (fd != place)
        dup2(fd, place);
}

/* The new process's PID; *failed is exec's errno, or 0. */
static pid_t launch(char *const argv[], int in, int out, int *failed)
{
    int told[2];

    *failed = 0;
    if (make(told) < 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        put_in_place(in, 0);
        put_in_place(out, 1);
        execvp(argv[0], argv);
        int error = errno;
        if (write(told[1], &error, sizeof error) < 0)
            _exit(99);
        _exit(error == ENOENT || error == ENOTDIR ? 127 : 126);
    }
    shut(told[1]);
    if (pid > 0)
        read_full(told[0], failed, sizeof *failed);
    shut(told[0]);
    return pid;
}

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    if (n < 1)
        return errno = EINVAL, -1;
    pid_t pids[n];
    int in = 0, failed;

    for (size_t i = 0; i < n; i++) {
        int ends[2] = {0, 1};
        pids[i] = -1;
        if (i + 1 < n && make(ends) < 0)
            ends[0] = 0, ends[1] = 1;
        else
            pids[i] = launch(argvs[i], in, ends[1], &failed);
        shut(in);
        shut(ends[1]);
        in = ends[0];
        if (pids[i] < 0) {
            int error = errno;
            shut(in);
            for (size_t k = 0; k < i; k++)
                kill(pids[k], SIGKILL);
            for (size_t k = 0; k < i; k++)
                reap(pids[k]);
            errno = error;
            return -1;
        }
    }
    for (size_t i = n; i-- > 0;) /* from the end: in whatever order */
        status[i] = reap(pids[i]);
    return status[n - 1];
}

static char *slurp(int fd, size_t *len)
{
    char *all = NULL;

    for (size_t room = 5000;; room += 50000) {
        char *more = realloc(all, room + 1);
        if (more == NULL)
            break;
        if (all == NULL)
            *len = 0;
        all = more;
        ssize_t got = read_full(fd, all + *len, room - *len);
        if (got < 0)
            break;
        *len += (size_t)got;
        if (*len < room) {
            all[*len] = '\0';
            return all;
        }
    }
    free(all);
    return NULL;
}

int capture_output(char *const argv[], char **out, size_t *len)
{
    int ends[2], failed;

    *out = NULL;
    if (make(ends) < 0)
        return -1;
    pid_t pid = launch(argv, 0, ends[1], &failed);
    shut(ends[1]);
    if (pid > 0)
        *out = slurp(ends[0], len);
    shut(ends[0]);
    if (pid < 0)
        return -1;
    int status = reap(pid);
    return *out == NULL ? -1 : status;
}

/* The feeder is a process: SIGPIPE may kill it. */
int feed_and_capture(char *const argv[], const void *in, size_t in_len, char **out, size_t *out_len)
{
    int to[2], from[2], failed;

    *out = NULL;
    if (make(to) < 0)
        return -1;
    if (make(from) < 0) {
        shut(to[0]), shut(to[1]);
        return -1;
    }
    pid_t pid = launch(argv, to[0], from[1], &failed);
    shut(to[0]);
    shut(from[1]);
    pid_t feeder = pid < 0 ? -1 : fork();
    if (feeder == 0) {
        close(from[0]);
        write_full(to[1], in, in_len);
        _exit(0);
    }
    shut(to[1]);
    if (feeder > 0)
        *out = slurp(from[0], out_len);
    shut(from[0]);
    if (feeder > 0)
        reap(feeder);
    if (pid < 0)
        return -1;
    if (feeder < 0) {
        int error = errno;
        kill(pid, SIGKILL);
        reap(pid);
        errno = error;
        return -1;
    }
    int status = reap(pid);
    return *out == NULL ? -1 : status;
}
