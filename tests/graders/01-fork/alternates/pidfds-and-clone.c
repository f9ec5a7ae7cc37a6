/*
 * Another right way: _Fork; whoever ends first is reaped first, by poll(2) on
 * pidfds; a chain whose codes travel in shared memory; and clone(2) with
 * CLONE_PARENT, which makes a sister of the caller in one step.
 */
#include "exercise.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int fork_children(size_t n, pid_t pids[])
{
    size_t made = 0;
    while (made < n && (pids[made] = _Fork()) > 0)
        made++;
    if (made == n)
        return 0;
    if (pids[made] == 0)
        _exit((int)made & 0xff);
    int error = errno;
    for (size_t i = 0; i < made; i++)
        kill(pids[i], SIGKILL);
    while (made-- > 0)
        while (waitpid(pids[made], NULL, 0) == -1 && errno == EINTR)
            ;
    errno = error;
    return -1;
}

/* One pidfd each; a PID that is no child of ours gets none. */
int reap_children(size_t n, const pid_t pids[], int status[])
{
    struct pollfd *fds = calloc(n + 1, sizeof *fds);
    size_t left = 0;
    int error = 0;
    if (fds == NULL)
        return -1;
    for (size_t i = 0; i < n; i++) {
        siginfo_t info;
        fds[i].fd = -1;
        fds[i].events = POLLIN;
        if (waitid(P_PID, (id_t)pids[i], &info, WEXITED | WNOHANG | WNOWAIT) == -1)
            error = ECHILD;
        else if ((fds[i].fd = (int)syscall(SYS_pidfd_open, pids[i], 0)) != -1)
            left++;
    }
    while (left > 0) {
        poll(fds, n, -1);
        for (size_t i = 0; i < n; i++)
            if (fds[i].fd != -1 && waitpid(pids[i], &status[i], WNOHANG) == pids[i]) {
                close(fds[i].fd);
                fds[i].fd = -1;
                left--;
            }
    }
    free(fds);
    errno = error;
    return error ? -1 : 0;
}

/* shared: what last() has returned, above what is no exit code until then. */
static int chain(size_t depth, int (*last)(void *), void *arg, volatile int *shared)
{
    pid_t pid = fork();
    if (pid == -1)
        return -1;
    if (pid == 0) {
        if (depth == 1) {
            *shared = last(arg) & 0xff;
            _exit(*shared);
        }
        int code = chain(depth - 1, last, arg, shared);
        if (code == -1)
            abort();
        _exit(code);
    }
    int wstatus;
    while (waitpid(pid, &wstatus, 0) == -1)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(wstatus) ? *shared : -1;
}

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    if (depth == 0)
        return last(arg);
    int *shared =
        mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        return -1;
    int code = chain(depth, last, arg, shared);
    int error = errno;
    munmap(shared, sizeof *shared);
    errno = error;
    return code;
}

int describe_status(int wstatus, char *buf, size_t len)
{
    char *text;
    size_t text_len;
    FILE *out = open_memstream(&text, &text_len);
    if (out == NULL)
        return -1;
    if (WIFCONTINUED(wstatus))
        fputs("continued", out);
    else if (WIFEXITED(wstatus))
        fprintf(out, "exited %d", WEXITSTATUS(wstatus));
    else
        fprintf(out, "%s by SIG%s", WIFSTOPPED(wstatus) ? "stopped" : "killed",
                sigabbrev_np(WIFSTOPPED(wstatus) ? WSTOPSIG(wstatus) : WTERMSIG(wstatus)));
    if (WIFSIGNALED(wstatus) && WCOREDUMP(wstatus))
        fputs(" (core dumped)", out);
    fclose(out);
    for (size_t i = 0; i < len; i++)
        buf[i] = i + 1 < len ? text[i] : '\0';
    free(text);
    return (int)text_len;
}

int run_detached(void (*fn)(void *), void *arg)
{
    long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == -1)
        return -1;
    if (pid == 0) {
        fn(arg);
        _exit(0);
    }
    return 0;
}
