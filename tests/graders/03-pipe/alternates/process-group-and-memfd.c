/*
 * Another right way: a pipeline is a process group, which is ended and waited
 * for as one; the input is a memfd, so that nobody need feed; _Fork; a pidfd is
 * waited for; readv() and writev().
 */
#include "exercise.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

typedef ssize_t transfer(int, const struct iovec *, int);

/* What could not be transferred, since EOF came; or -1. */
static ssize_t transfer_all(transfer *some, int fd, struct iovec rest)
{
    while (rest.iov_len > 0) {
        ssize_t n = some(fd, &rest, 1);
        if (n == -1 && errno == EINTR)
            continue;
        if (n == -1)
            return -1;
        if (n == 0)
            break;
        rest.iov_base = (char *)rest.iov_base + n;
        rest.iov_len -= (size_t)n;
    }
    return (ssize_t)rest.iov_len;
}

ssize_t read_full(int fd, void *buf, size_t n)
{
    ssize_t left = transfer_all(readv, fd, (struct iovec){buf, n});
    return left == -1 ? -1 : (ssize_t)n - left;
}

ssize_t write_full(int fd, const void *buf, size_t n)
{
    ssize_t left = transfer_all(writev, fd, (struct iovec){(void *)(uintptr_t)buf, n});
    return left == -1 ? -1 : (ssize_t)n;
}

static void shut(int fd)
{
    int error = errno;
    if (fd > 2)
        close(fd);
    errno = error;
}

/* The same at 10 or above, as shells do it; the old one is closed. */
static int high(int fd)
{
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, 10), error = errno;
    close(fd);
    errno = error;
    return moved;
}

static int high_pipe(int ends[2])
{
    int low[2];
    if (pipe2(low, O_CLOEXEC) == -1)
        return -1;
    ends[0] = high(low[0]);
    int error = errno;
    ends[1] = high(low[1]);
    if (ends[0] != -1 && ends[1] != -1)
        return 0;
    if (ends[1] == -1)
        error = errno;
    shut(ends[0]);
    shut(ends[1]);
    errno = error;
    return -1;
}

static _Noreturn void become(char *const argv[], int in, int out)
{
    if (in != 0)
        dup2(in, 0);
    if (out != 1)
        dup2(out, 1);
    execvp(argv[0], argv);
    _exit(errno == ENOENT || errno == ENOTDIR ? 127 : 126);
}

static int status_of(const siginfo_t *info)
{
    return info->si_code == CLD_EXITED ? info->si_status : 128 + info->si_status;
}

static void wait_for(idtype_t type, id_t id, siginfo_t *info)
{
    while (waitid(type, id, info, WEXITED) == -1 && errno == EINTR)
        ;
}

int run_pipeline(size_t n, char *const *const argvs[], int status[])
{
    pid_t group = 0;
    size_t made = 0;
    int in = 0, error = 0;

    if (n == 0)
        return errno = EINVAL, -1;
    pid_t *pids = malloc(n * sizeof *pids);
    if (pids == NULL)
        return -1;
    for (; made < n; made++) {
        int ends[2] = {-1, 1};
        pid_t pid = made == n - 1 || high_pipe(ends) == 0 ? fork() : -1;
        if (pid == 0) {
            setpgid(0, group);
            become(argvs[made], in, ends[1]);
        }
        error = pid == -1 ? errno : 0;
        shut(in);
        shut(ends[1]);
        in = ends[0];
        if (pid == -1)
            break;
        setpgid(pid, group); /* the child or we, whoever comes first */
        group = made == 0 ? pid : group;
        pids[made] = pid;
    }
    if (error != 0) {
        shut(in);
        if (made > 0)
            kill(-group, SIGKILL);
    }
    for (size_t i = 0; i < made; i++) { /* as they end */
        siginfo_t info;
        size_t which = 0;
        wait_for(P_PGID, (id_t)group, &info);
        while (pids[which] != info.si_pid)
            which++;
        status[which] = status_of(&info);
    }
    free(pids);
    errno = error;
    return error != 0 ? -1 : status[n - 1];
}

static char *read_all(int fd, size_t *len)
{
    size_t room = 1;
    char *all = NULL;

    for (*len = 0;; room = 2 * room + 1) {
        char *more = realloc(all, room);
        if (more == NULL)
            break;
        all = more;
        ssize_t got = read_full(fd, all + *len, room - *len);
        if (got == -1)
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

static int run(char *const argv[], int in, char **out, size_t *len)
{
    int ends[2];
    siginfo_t info;

    *out = NULL;
    if (high_pipe(ends) == -1)
        return -1;
    pid_t pid = _Fork();
    if (pid == 0)
        become(argv, in, ends[1]);
    shut(ends[1]);
    int pidfd = pid == -1 ? -1 : (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd != -1)
        *out = read_all(ends[0], len);
    int error = errno;
    shut(ends[0]);
    if (pid != -1 && *out == NULL)
        kill(pid, SIGKILL);
    if (pidfd != -1)
        wait_for(P_PIDFD, (id_t)pidfd, &info);
    else if (pid != -1)
        wait_for(P_PID, (id_t)pid, &info);
    if (pidfd != -1)
        close(pidfd); /* it may be one of 0 to 2 */
    errno = error;
    return *out == NULL ? -1 : status_of(&info);
}

int capture_output(char *const argv[], char **out, size_t *len)
{
    return run(argv, 0, out, len);
}

int feed_and_capture(char *const argv[], const void *in, size_t in_len, char **out, size_t *out_len)
{
    *out = NULL;
    int file = memfd_create("input", MFD_CLOEXEC);
    if (file == -1 || (file = high(file)) == -1)
        return -1;
    int status = -1;
    if (write_full(file, in, in_len) != -1 && lseek(file, 0, SEEK_SET) == 0)
        status = run(argv, file, out, out_len);
    shut(file);
    return status;
}
