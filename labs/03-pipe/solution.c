/*
 * solution.c - lab 03, pipes: a model solution.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- reading and writing in full ---------------------------------------- */

ssize_t read_full(int fd, void *buf, size_t n)
{
    size_t have = 0;

    while (have < n) {
        ssize_t got = read(fd, (char *)buf + have, n - have);
        if (got == 0)
            break; /* EOF: the last write end was closed */
        if (got > 0)
            have += (size_t)got;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)have;
}

ssize_t write_full(int fd, const void *buf, size_t n)
{
    size_t sent = 0;

    while (sent < n) {
        ssize_t put = write(fd, (const char *)buf + sent, n - sent);
        if (put >= 0)
            sent += (size_t)put;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)sent;
}

/* ---- pipe ends and programs --------------------------------------------- */

/* Close a pipe end, and keep errno. 0 to 2 are the caller's: they stay. */
static void close_end(int fd)
{
    int error = errno;

    if (fd > STDERR_FILENO)
        close(fd);
    errno = error;
}

static void close_both(const int ends[2])
{
    close_end(ends[0]);
    close_end(ends[1]);
}

/* The same end at a number above 2, where dup2() to 0 or 1 cannot hit it. */
static int move_up(int fd)
{
    if (fd > STDERR_FILENO)
        return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int error = errno;
    close(fd);
    errno = error;
    return moved;
}

/*
 * Make a pipe. Both ends are close-on-exec, so that no program inherits one by
 * accident, and above 2, even where the caller has closed some of 0 to 2.
 */
static int make_pipe(int ends[2])
{
    int made[2];

    if (pipe2(made, O_CLOEXEC) == -1)
        return -1;
    made[0] = move_up(made[0]);
    made[1] = move_up(made[1]);
    if (made[0] == -1 || made[1] == -1) {
        close_both(made);
        return -1;
    }
    ends[0] = made[0];
    ends[1] = made[1];
    return 0;
}

/* Start a program that reads `in` and writes `out`; its PID, or -1. */
static pid_t start_program(char *const argv[], int in, int out)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    if (in != STDIN_FILENO && dup2(in, STDIN_FILENO) == -1)
        _exit(126);
    if (out != STDOUT_FILENO && dup2(out, STDOUT_FILENO) == -1)
        _exit(126);
    execvp(argv[0], argv); /* closes in, out and every other pipe end */
    _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
}

/* Wait for this one child; what a shell's $? would be, or -1. */
static int wait_for(pid_t pid)
{
    int wstatus;

    while (waitpid(pid, &wstatus, 0) == -1)
        if (errno != EINTR)
            return -1;
    if (WIFSIGNALED(wstatus))
        return 128 + WTERMSIG(wstatus);
    return WEXITSTATUS(wstatus);
}

/* End it and reap it, and keep errno. */
static void end_program(pid_t pid)
{
    int error = errno;

    kill(pid, SIGKILL);
    wait_for(pid);
    errno = error;
}

/* ---- a pipeline --------------------------------------------------------- */

/* Start all n; or -1, and what was started has been ended again. */
static int start_pipeline(size_t n, char *const *const argvs[], pid_t pids[])
{
    int in = STDIN_FILENO; /* the first one reads what the caller reads */

    for (size_t i = 0; i < n; i++) {
        int ends[2] = {-1, STDOUT_FILENO}; /* the last one has no pipe */

        pids[i] = -1;
        if (i == n - 1 || make_pipe(ends) == 0)
            pids[i] = start_program(argvs[i], in, ends[1]);
        /* The child has copies of its own. With ours left open, the next
           program would never see EOF. */
        close_end(in);
        close_end(ends[1]);
        if (pids[i] == -1) {
            close_end(ends[0]);
            while (i-- > 0)
                end_program(pids[i]);
            return -1;
        }
        in = ends[0];
    }
    return 0;
}

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    if (n == 0) {
        errno = EINVAL;
        return -1;
    }
    pid_t *pids = calloc(n, sizeof *pids);
    if (pids == NULL)
        return -1;
    if (start_pipeline(n, argvs, pids) == -1) {
        free(pids); /* glibc's free() keeps errno */
        return -1;
    }
    for (size_t i = 0; i < n; i++) /* not before all of them are running */
        status[i] = wait_for(pids[i]);
    free(pids);
    return status[n - 1];
}

/* ---- feeding a program and collecting its output ------------------------ */

struct input {
    const char *next;
    size_t left;
};

struct output {
    char *data;
    size_t len, room;
};

/* Room for one more byte at least, and the NUL after it. */
static int make_room(struct output *out)
{
    if (out->room - out->len >= 2)
        return 0;
    size_t room = out->room == 0 ? 4096 : 2 * out->room;
    char *data = realloc(out->data, room);
    if (data == NULL)
        return -1;
    out->data = data;
    out->room = room;
    return 0;
}

/* Read once. 1: there may be more; 0: EOF; -1: error. */
static int take_some(int from, struct output *out)
{
    if (make_room(out) == -1)
        return -1;
    ssize_t got = read(from, out->data + out->len, out->room - out->len - 1);
    if (got == -1)
        return errno == EINTR ? 1 : -1;
    out->len += (size_t)got;
    return got > 0;
}

/* Write once. 1: there is more to write; 0: done; -1: error. */
static int give_some(int to, struct input *in)
{
    ssize_t put = write(to, in->next, in->left);

    if (put == -1 && errno == EPIPE)
        return 0; /* it does not want the rest */
    if (put == -1)
        return errno == EINTR || errno == EAGAIN ? 1 : -1;
    in->next += put;
    in->left -= (size_t)put;
    return in->left > 0;
}

/*
 * Write `in` to ends[0] and read ends[1] into `out`, each as soon as it is
 * possible, until both are done. An end that is done is closed and becomes
 * -1, which poll() passes over.
 */
static int exchange(int ends[2], struct input *in, struct output *out)
{
    while (ends[0] != -1 || ends[1] != -1) {
        struct pollfd p[2] = {{.fd = ends[0], .events = POLLOUT},
                              {.fd = ends[1], .events = POLLIN}};

        if (poll(p, 2, -1) == -1) {
            if (errno == EINTR)
                continue;
            return -1;
        }
        for (int i = 0; i < 2; i++) {
            if (p[i].revents == 0)
                continue;
            int more =
                i == 0 ? give_some(ends[i], in) : take_some(ends[i], out);
            if (more == -1)
                return -1;
            if (more == 0) {
                close_end(ends[i]);
                ends[i] = -1;
            }
        }
    }
    return 0;
}

/* Feed and drain program pid, wait for it; its status, or -1. Closes ends. */
static int run_exchange(pid_t pid, int ends[2], struct input in, char **out,
                        size_t *out_len)
{
    struct output got = {NULL, 0, 0};

    if (exchange(ends, &in, &got) == -1 || make_room(&got) == -1) {
        end_program(pid);
        close_both(ends);
        free(got.data);
        return -1;
    }
    int status = wait_for(pid);
    if (status == -1) {
        free(got.data);
        return -1;
    }
    got.data[got.len] = '\0';
    *out = got.data;
    *out_len = got.len;
    return status;
}

int capture_output(char *const argv[], char **out, size_t *len)
{
    int from[2];

    *out = NULL;
    *len = 0;
    if (make_pipe(from) == -1)
        return -1;
    pid_t pid = start_program(argv, STDIN_FILENO, from[1]);
    close_end(from[1]); /* or we would wait for our own EOF */
    if (pid == -1) {
        close_end(from[0]);
        return -1;
    }
    int ends[2] = {-1, from[0]};
    return run_exchange(pid, ends, (struct input){NULL, 0}, out, len);
}

/* Block SIGPIPE in this thread. True if one was pending before. */
static bool hold_sigpipe(sigset_t *before)
{
    sigset_t set;

    sigpending(&set);
    bool was_pending = sigismember(&set, SIGPIPE);
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, before);
    return was_pending;
}

/* Take the SIGPIPE that our write() caused, if any; the mask as before. */
static void release_sigpipe(const sigset_t *before, bool was_pending)
{
    const struct timespec now = {0, 0};
    int error = errno;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    while (!was_pending && sigtimedwait(&set, NULL, &now) == -1 &&
           errno == EINTR)
        ;
    pthread_sigmask(SIG_SETMASK, before, NULL);
    errno = error;
}

int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len)
{
    int to[2], from[2];
    sigset_t before;

    *out = NULL;
    *out_len = 0;
    if (make_pipe(to) == -1)
        return -1;
    if (make_pipe(from) == -1) {
        close_both(to);
        return -1;
    }
    pid_t pid = start_program(argv, to[0], from[1]);
    close_end(to[0]);
    close_end(from[1]);
    int ends[2] = {to[1], from[0]};
    /* O_NONBLOCK belongs to the open file description: the program's end of
       the pipe is another one, and blocks as ever. */
    if (pid == -1 || fcntl(to[1], F_SETFL, O_NONBLOCK) == -1) {
        close_both(ends);
        if (pid != -1)
            end_program(pid);
        return -1;
    }
    if (in_len == 0) {
        close_end(ends[0]);
        ends[0] = -1;
    }
    /* After fork: the program must not inherit the blocked signal. */
    bool was_pending = hold_sigpipe(&before);
    struct input all = {in, in_len};
    int status = run_exchange(pid, ends, all, out, out_len);
    release_sigpipe(&before, was_pending);
    return status;
}
