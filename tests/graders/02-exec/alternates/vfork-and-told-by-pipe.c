/*
 * Another right way: vfork(), whose child leaves exec's errno in a variable of
 * the parent's; files opened in the child, which tells of them by a pipe; the
 * environment swapped for another one while the child is made.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int reap(pid_t pid)
{
    int wstatus;
    pid_t got;

    do
        got = waitpid(pid, &wstatus, 0);
    while (got == -1 && errno == EINTR);
    if (got == -1)
        return -1;
    return WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : 128 + WTERMSIG(wstatus);
}

/* The child borrows the parent's memory until it execs: it may write there,
   and must not return. */
int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    volatile int error = 0;
    pid_t child = vfork();

    if (child == -1)
        return errno;
    if (child == 0) {
        execvp(file, argv);
        error = errno;
        _exit(1);
    }
    if (error != 0)
        reap(child);
    else
        *pid = child;
    return error;
}

int run_program(const char *file, char *const argv[])
{
    pid_t pid = vfork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        execvp(file, argv);
        _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
    }
    return reap(pid);
}

static bool names(const char *entry, const char *name, size_t len)
{
    return strncmp(entry, name, len) == 0 && entry[len] == '=';
}

/* fork() copies the environment that is there at that time. */
int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    char **before = environ;
    size_t room = 1, n = 0;

    for (size_t i = 0; before[i] != NULL; i++)
        room++;
    for (size_t i = 0; changes[i] != NULL; i++)
        room++;
    char **env = malloc(room * sizeof *env);
    if (env == NULL)
        return -1;
    for (size_t i = 0; before[i] != NULL; i++)
        env[n++] = before[i];
    for (size_t i = 0; changes[i] != NULL; i++) {
        size_t len = strcspn(changes[i], "="), kept = 0;
        for (size_t at = 0; at < n; at++)
            if (!names(env[at], changes[i], len))
                env[kept++] = env[at];
        n = kept;
        if (changes[i][len] == '=')
            env[n++] = changes[i];
    }
    env[n] = NULL;
    environ = env;
    pid_t pid = fork();
    if (pid == 0) {
        execvp(file, argv);
        _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
    }
    environ = before;
    free(env);
    return pid == -1 ? -1 : reap(pid);
}

/* Which of 0 to 2 are open: the lowest fd that is free is above them. */
static int pipe_above_2(int ends[2])
{
    int low[2];

    if (pipe2(low, O_CLOEXEC) == -1)
        return -1;
    ends[0] = fcntl(low[0], F_DUPFD_CLOEXEC, 3);
    ends[1] = fcntl(low[1], F_DUPFD_CLOEXEC, 3);
    close(low[0]);
    close(low[1]);
    return ends[0] == -1 || ends[1] == -1 ? -1 : 0;
}

/* In the child: open path, and make it fd `to`. */
static bool become_file(const char *path, int flags, int to)
{
    int fd = open(path, flags, 0644);

    if (fd == -1)
        return false;
    int high = fcntl(fd, F_DUPFD_CLOEXEC, 10);
    close(fd);
    fd = high;
    bool is_done = fd != -1 && dup2(fd, to) == to;
    close(fd);
    return is_done;
}

int run_redirected(const char *file, char *const argv[], const char *in, const char *out,
                   const char *err)
{
    const int output = O_WRONLY | O_CREAT | O_TRUNC;
    int ends[2], error = 0;

    if (pipe_above_2(ends) == -1)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        bool is_right =
            (in == NULL || become_file(in, O_RDONLY, 0)) &&
            (out == NULL || become_file(out, output, 1)) &&
            (err == NULL || (out != NULL && strcmp(out, err) == 0 ? dup2(1, 2) == 2
                                                                  : become_file(err, output, 2)));
        if (!is_right) {
            error = errno;
            while (write(ends[1], &error, sizeof error) == -1 && errno == EINTR)
                ;
            _exit(1);
        }
        execvp(file, argv);
        _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
    }
    int fork_error = errno;
    close(ends[1]);
    while (pid != -1 && read(ends[0], &error, sizeof error) == -1 && errno == EINTR)
        ;
    close(ends[0]);
    if (pid == -1) {
        errno = fork_error;
        return -1;
    }
    int status = reap(pid);
    if (error == 0)
        return status;
    errno = error;
    return -1;
}
