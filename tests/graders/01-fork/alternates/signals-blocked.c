/*
 * Another right way: all signals blocked meanwhile, so that nothing is
 * interrupted; who has ended is told by SIGCHLD, taken by sigwaitinfo(2); a
 * chain whose last process gets its mask back; and daemon(3).
 */
#include "exercise.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void block_all(sigset_t *before)
{
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, before);
}

static void give_back(const sigset_t *before)
{
    int error = errno;
    sigprocmask(SIG_SETMASK, before, NULL);
    errno = error;
}

int fork_children(size_t n, pid_t pids[])
{
    sigset_t before;
    int error = 0;
    block_all(&before);
    for (size_t i = 0; i < n && error == 0; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit((int)(i & 0xff));
        if (pids[i] == -1) {
            error = errno;
            for (size_t made = 0; made < i; made++)
                waitpid(pids[made], NULL, 0);
        }
    }
    errno = error;
    give_back(&before);
    return error == 0 ? 0 : -1;
}

int reap_children(size_t n, const pid_t pids[], int status[])
{
    bool *is_done = calloc(n + 1, sizeof *is_done);
    sigset_t before, child;
    int error = 0;
    if (is_done == NULL)
        return -1;
    block_all(&before);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    for (size_t left = n; left > 0;) {
        for (size_t i = 0; i < n; i++) {
            pid_t got = is_done[i] ? 0 : waitpid(pids[i], &status[i], WNOHANG);
            if (got == -1)
                error = errno;
            is_done[i] |= got != 0;
            left -= got != 0;
        }
        if (left > 0)
            sigwaitinfo(&child, NULL);
    }
    free(is_done);
    errno = error;
    give_back(&before);
    return error == 0 ? 0 : -1;
}

static int chain(size_t depth, int (*last)(void *), void *arg, const sigset_t *before)
{
    int wstatus;
    pid_t pid = fork();
    if (pid == -1)
        return -1;
    if (pid == 0 && depth == 1) {
        give_back(before);
        _exit(last(arg) & 0xff);
    }
    if (pid == 0) {
        int code = chain(depth - 1, last, arg, before);
        if (code == -1)
            kill(getpid(), SIGKILL);
        _exit(code);
    }
    if (waitpid(pid, &wstatus, 0) == -1 || WIFSIGNALED(wstatus))
        return -1;
    return WEXITSTATUS(wstatus);
}

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    sigset_t before;
    if (depth == 0)
        return last(arg);
    block_all(&before);
    int code = chain(depth, last, arg, &before);
    give_back(&before);
    return code;
}

int describe_status(int wstatus, char *buf, size_t len)
{
    char *text;
    int wanted;
    if (WIFEXITED(wstatus))
        wanted = asprintf(&text, "exited %d", WEXITSTATUS(wstatus));
    else if (WIFCONTINUED(wstatus))
        wanted = asprintf(&text, "continued");
    else if (WIFSTOPPED(wstatus))
        wanted = asprintf(&text, "stopped by SIG%s", sigabbrev_np(WSTOPSIG(wstatus)));
    else
        wanted = asprintf(&text, "killed by SIG%s%s", sigabbrev_np(WTERMSIG(wstatus)),
                          WCOREDUMP(wstatus) ? " (core dumped)" : "");
    if (wanted == -1)
        return -1;
    if (len > 0) {
        strncpy(buf, text, len - 1);
        buf[len - 1] = '\0';
    }
    free(text);
    return wanted;
}

/* daemon() forks, and its parent, the one between, leaves by _exit(0). */
int run_detached(void (*fn)(void *), void *arg)
{
    sigset_t before;
    int wstatus, error = 0;
    block_all(&before);
    pid_t pid = fork();
    if (pid == 0) {
        if (daemon(1, 1) == -1)
            _exit(errno);
        give_back(&before);
        fn(arg);
        _exit(0);
    }
    if (pid == -1)
        error = errno;
    else if (waitpid(pid, &wstatus, 0) == pid)
        error = WEXITSTATUS(wstatus);
    errno = error;
    give_back(&before);
    return error == 0 ? 0 : -1;
}
