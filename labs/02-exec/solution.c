/*
 * solution.c - lab 02, exec: a model solution.
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- a program, and what became of it ----------------------------------- */

/* In a child: become the program, or leave as a shell's child would. */
static _Noreturn void become(const char *file, char *const argv[])
{
    execvp(file, argv); /* returns only if it failed */
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

int run_program(const char *file, char *const argv[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0)
        become(file, argv);
    return wait_for(pid);
}

/* ---- another environment ------------------------------------------------ */

static void change_env(char *change)
{
    int failed =
        strchr(change, '=') != NULL ? putenv(change) : unsetenv(change);

    if (failed)
        _exit(126);
}

int run_with_env(const char *file, char *const argv[], char *const changes[])
{
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) { /* the child's environment is a copy: change that */
        for (size_t i = 0; changes[i] != NULL; i++)
            change_env(changes[i]);
        become(file, argv); /* execvp() looks at the new PATH */
    }
    return wait_for(pid);
}

/* ---- other files for 0, 1 and 2 ----------------------------------------- */

/* The same open file at a number above 2, where dup2() cannot hit it. */
static int move_up(int fd)
{
    if (fd == -1 || fd > STDERR_FILENO)
        return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int error = errno;
    close(fd);
    errno = error;
    return moved;
}

/* Open, above 2 and close-on-exec: the program gets the dup2()s alone. */
static int open_file(const char *path, int flags)
{
    int fd;

    do /* a FIFO waits for its other end, and a signal may come meanwhile */
        fd = open(path, flags | O_CLOEXEC, 0644);
    while (fd == -1 && errno == EINTR);
    return move_up(fd);
}

/* Close what is open, once, and keep errno. */
static void close_files(const int fds[3])
{
    int error = errno;

    for (int i = 0; i < 3; i++)
        if (fds[i] != -1 && (i == 0 || fds[i] != fds[i - 1]))
            close(fds[i]);
    errno = error;
}

/* Open what is not NULL, in order; or -1, and nothing is open. */
static int open_files(const char *const paths[3], int fds[3])
{
    const int output = O_WRONLY | O_CREAT | O_TRUNC;

    for (int i = 0; i < 3; i++) {
        if (paths[i] == NULL)
            continue;
        if (i == 2 && paths[1] != NULL && strcmp(paths[1], paths[2]) == 0)
            fds[2] = fds[1]; /* one open file: one offset */
        else
            fds[i] = open_file(paths[i], i == 0 ? O_RDONLY : output);
        if (fds[i] == -1) {
            close_files(fds);
            return -1;
        }
    }
    return 0;
}

/* slide: run_redirected, in the parent */
int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err)
{
    const char *const paths[3] = {in, out, err};
    int fds[3] = {-1, -1, -1};

    /* In the parent: here a failure is still ours to report. */
    if (open_files(paths, fds) == -1)
        return -1;
    /* slide end */
    /* slide: run_redirected, in the child */
    pid_t pid = fork();
    if (pid == 0) {
        for (int i = 0; i < 3; i++)
            if (fds[i] != -1 && dup2(fds[i], i) == -1)
                _exit(126);
        become(file, argv);
    }
    close_files(fds);
    return pid == -1 ? -1 : wait_for(pid);
}
/* slide end */

/* ---- a program that is known to run ------------------------------------- */

/* What exec failed with, out of the pipe; 0: it was closed by exec. */
static int read_error(int fd)
{
    int error = 0;
    ssize_t n;

    do
        n = read(fd, &error, sizeof error);
    while (n == -1 && errno == EINTR);
    return n == sizeof error ? error : 0;
}

int spawn_checked(const char *file, char *const argv[], pid_t *pid)
{
    int ends[2];

    /* Close-on-exec: an exec that succeeds closes the write end, and we see
       EOF. One that fails writes why. */
    if (pipe2(ends, O_CLOEXEC) == -1)
        return errno;
    pid_t child = fork();
    int error = errno;
    if (child == 0) {
        execvp(file, argv);
        error = errno;
        ssize_t put = write(ends[1], &error, sizeof error);
        _exit(put == sizeof error ? 127 : 126);
    }
    close(ends[1]); /* or we would wait for our own EOF */
    if (child != -1)
        error = read_error(ends[0]);
    close(ends[0]);
    if (child == -1)
        return error;
    if (error == 0)
        *pid = child;
    else
        wait_for(child); /* it never became the program */
    return error;
}
