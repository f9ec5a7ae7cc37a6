/*
 * Another right way: one function starts programs for all four, by clone() and
 * with all signals blocked meanwhile; files stay where open() put them; waiting
 * is poll() on a pidfd, where there is one.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

struct start {
    const char *file;
    char *const *argv, *const *changes;
    const char *paths[3];
};

/* In the child. Each open() gives the lowest free number, so it is never below
   where its file belongs: in ascending order none is written over. */
static int open_files(const char *const paths[3], int fds[3])
{
    for (int i = 0; i < 3; i++) {
        fds[i] = -1;
        if (paths[i] == NULL)
            continue;
        if (i == 2 && paths[1] != NULL && strcmp(paths[1], paths[2]) == 0)
            fds[i] = fds[1];
        else
            fds[i] = i == 0 ? open(paths[i], O_RDONLY | O_CLOEXEC)
                            : open(paths[i], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
        if (fds[i] == -1)
            return -1;
    }
    for (int i = 0; i < 3; i++)
        if (fds[i] == i ? fcntl(i, F_SETFD, 0) == -1 : fds[i] != -1 && dup2(fds[i], i) == -1)
            return -1;
    return 0;
}

/* What the child says if it does not become the program. */
struct failure {
    int error;
    int is_of_exec;
};

static void tell(int fd, int error, int is_of_exec)
{
    struct failure failure = {error, is_of_exec};

    send(fd, &failure, sizeof failure, MSG_NOSIGNAL);
    _exit(1);
}

static void child(const struct start *s, const sigset_t *mask, int tell_fd)
{
    int fds[3];

    if (open_files(s->paths, fds) == -1)
        tell(tell_fd, errno, 0);
    for (size_t i = 0; s->changes != NULL && s->changes[i] != NULL; i++) {
        char *equals = strchr(s->changes[i], '=');
        if (equals == NULL) {
            unsetenv(s->changes[i]);
            continue;
        }
        char *name = strndup(s->changes[i], (size_t)(equals - s->changes[i]));
        setenv(name, equals + 1, 1);
        free(name);
    }
    sigprocmask(SIG_SETMASK, mask, NULL);
    execvp(s->file, s->argv);
    tell(tell_fd, errno, 1);
}

static int reap(pid_t pid)
{
    int wstatus, fd = (int)syscall(SYS_pidfd_open, pid, 0);

    if (fd != -1) {
        while (poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, -1) == -1)
            if (errno != EINTR)
                break;
        close(fd);
    }
    while (waitpid(pid, &wstatus, 0) == -1)
        if (errno != EINTR)
            return -1;
    return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus) : WEXITSTATUS(wstatus);
}

/* 0: *pid runs the program. Else what failed, and nothing is left. */
static struct failure start(const struct start *s, pid_t *pid)
{
    struct failure failure = {0, 0};
    int low[2], ends[2];
    sigset_t all, before;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, low) == -1)
        return (struct failure){errno, 0};
    for (int i = 0; i < 2; i++) { /* 0 to 2 are the program's */
        ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, 3);
        if (ends[i] == -1)
            failure.error = errno;
        close(low[i]);
    }
    if (failure.error != 0) {
        close(ends[0]);
        close(ends[1]);
        return failure;
    }
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &before);
    *pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); /* a bare fork() */
    if (*pid == -1)
        failure.error = errno;
    if (*pid == 0)
        child(s, &before, ends[1]);
    close(ends[1]);
    if (*pid != -1)
        recv(ends[0], &failure, sizeof failure, 0); /* nothing interrupts it */
    sigprocmask(SIG_SETMASK, &before, NULL);
    close(ends[0]);
    if (*pid != -1 && failure.error != 0)
        reap(*pid);
    return failure;
}

static int run(const struct start *s)
{
    pid_t pid;
    struct failure failure = start(s, &pid);

    if (failure.error == 0)
        return reap(pid);
    if (!failure.is_of_exec) {
        errno = failure.error;
        return -1;
    }
    return failure.error == ENOENT || failure.error == ENOTDIR ? 127 : 126;
}

int run_program(const char *file, char *const argv[])
{
    return run(&(struct start){.file = file, .argv = argv});
}

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    return run(&(struct start){.file = file, .argv = argv, .changes = changes});
}

int run_redirected(const char *file, char *const argv[], const char *in, const char *out,
                   const char *err)
{
    return run(&(struct start){.file = file, .argv = argv, .paths = {in, out, err}});
}

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    return start(&(struct start){.file = file, .argv = argv}, pid).error;
}
