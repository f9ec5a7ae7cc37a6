/*
 * Another right way: posix_spawn() in place of fork and exec, a thread that
 * feeds while the caller reads, pipe() and fcntl() in place of pipe2().
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

ssize_t read_full(int fd, void *buf, size_t n)
{
    char *at = buf, *end = at + n;

    while (at != end) {
        ssize_t got = TEMP_FAILURE_RETRY(read(fd, at, (size_t)(end - at)));
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        at += got;
    }
    return at - (char *)buf;
}

ssize_t write_full(int fd, const void *buf, size_t n)
{
    const char *at = buf;

    for (size_t left = n; left > 0;) {
        ssize_t put = TEMP_FAILURE_RETRY(write(fd, at, left));
        if (put < 0)
            return -1;
        at += put;
        left -= (size_t)put;
    }
    return (ssize_t)n;
}

static int set_cloexec(int fd)
{
    return fcntl(fd, F_SETFD, FD_CLOEXEC);
}

/* Both ends above 2: F_DUPFD until they are. */
static int high_pipe(int ends[2])
{
    int low[2];

    if (pipe(low) < 0)
        return -1;
    ends[0] = fcntl(low[0], F_DUPFD_CLOEXEC, 3);
    int error = errno;
    ends[1] = ends[0] < 0 ? -1 : fcntl(low[1], F_DUPFD_CLOEXEC, 3);
    if (ends[1] < 0 && ends[0] >= 0)
        error = errno;
    close(low[0]);
    close(low[1]);
    if (ends[0] >= 0 && ends[1] >= 0)
        return set_cloexec(ends[0]) | set_cloexec(ends[1]);
    if (ends[0] >= 0)
        close(ends[0]);
    errno = error;
    return -1;
}

/* 0 and *pid; 127 or 126: no such program, nothing runs; -1 with errno. */
static int spawn(char *const argv[], int in, int out, pid_t *pid)
{
    posix_spawn_file_actions_t actions;

    posix_spawn_file_actions_init(&actions);
    if (in > 2)
        posix_spawn_file_actions_adddup2(&actions, in, 0);
    if (out > 2)
        posix_spawn_file_actions_adddup2(&actions, out, 1);
    int error = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    switch (error) {
    case 0:
        return 0;
    case EAGAIN:
    case ENOMEM:
    case EMFILE:
    case ENFILE:
        errno = error;
        return -1;
    case ENOENT:
    case ENOTDIR:
        return 127;
    default:
        return 126;
    }
}

static int status_of(pid_t pid)
{
    siginfo_t info;

    while (waitid(P_PID, (id_t)pid, &info, WEXITED) < 0)
        if (errno != EINTR)
            return -1;
    return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    if (n == 0) {
        errno = EINVAL;
        return -1;
    }
    pid_t *pids = calloc(n, sizeof *pids);
    int(*pipes)[2] = calloc(n, sizeof *pipes); /* all at once */
    size_t made = 0, started = 0;
    int error = 0;

    if (pids == NULL || pipes == NULL) {
        error = ENOMEM;
        goto out;
    }
    for (; made + 1 < n; made++)
        if (high_pipe(pipes[made]) < 0) {
            error = errno;
            goto out;
        }
    for (; started < n; started++) {
        int r = spawn(argvs[started], started == 0 ? 0 : pipes[started - 1][0],
                      started == n - 1 ? 1 : pipes[started][1], &pids[started]);
        if (r < 0) {
            error = errno;
            break;
        }
        status[started] = r;
        if (r != 0)
            pids[started] = 0;
    }
out:
    while (made-- > 0) {
        close(pipes[made][0]);
        close(pipes[made][1]);
    }
    for (size_t i = started; i-- > 0;)
        if (pids[i] != 0) {
            if (error != 0)
                kill(pids[i], SIGTERM);
            status[i] = status_of(pids[i]);
        }
    free(pids);
    free(pipes);
    if (error == 0)
        return status[n - 1];
    errno = error;
    return -1;
}

struct feeder {
    int to;
    const void *in;
    size_t len;
};

/* A thread of its own, with SIGPIPE blocked there alone. */
static void *feed(void *arg)
{
    struct feeder *f = arg;
    sigset_t set;

    sigfillset(&set);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    write_full(f->to, f->in, f->len);
    close(f->to);
    return NULL; /* the signal, pending for this thread, ends with it */
}

static int collect(int from, char **out, size_t *len)
{
    size_t room = 100, have = 0;
    char *all = malloc(room);

    while (all != NULL) {
        ssize_t got = read_full(from, all + have, room - have - 1);
        if (got < 0)
            break;
        have += (size_t)got;
        if (have < room - 1) {
            all[have] = '\0';
            *out = all;
            *len = have;
            return 0;
        }
        room *= 3;
        char *more = realloc(all, room);
        if (more == NULL)
            break;
        all = more;
    }
    free(all);
    return -1;
}

static int run(char *const argv[], bool feeds, const void *in, size_t in_len, char **out,
               size_t *len)
{
    int to[2] = {-1, 0}, from[2];
    pid_t pid = 0;
    pthread_t thread;
    struct feeder feeder;

    *out = NULL;
    if (feeds && high_pipe(to) < 0)
        return -1;
    if (high_pipe(from) < 0) {
        int error = errno;
        if (feeds)
            close(to[0]), close(to[1]);
        errno = error;
        return -1;
    }
    int status = spawn(argv, feeds ? to[0] : 0, from[1], &pid);
    int error = errno;
    close(from[1]);
    if (feeds)
        close(to[0]);
    if (status != 0) {
        close(from[0]);
        if (feeds)
            close(to[1]);
        if (status > 0) {
            *out = calloc(1, 1);
            *len = 0;
        }
        errno = error;
        return status;
    }
    feeder = (struct feeder){to[1], in, in_len};
    if (feeds)
        pthread_create(&thread, NULL, feed, &feeder);
    int failed = collect(from[0], out, len);
    if (feeds)
        pthread_join(thread, NULL);
    close(from[0]);
    status = status_of(pid);
    return failed ? -1 : status;
}

int capture_output(char *const argv[], char **out, size_t *len)
{
    return run(argv, false, NULL, 0, out, len);
}

int feed_and_capture(char *const argv[], const void *in, size_t in_len, char **out, size_t *out_len)
{
    return run(argv, true, in, in_len, out, out_len);
}
