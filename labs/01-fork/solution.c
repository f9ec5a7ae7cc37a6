/*
 * solution.c - lab 01, processes that come and go: a model solution.
 */
#include "exercise.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Wait until this one child has ended. 0, or -1 with errno. */
static int wait_for(pid_t pid, int *wstatus)
{
    while (waitpid(pid, wstatus, 0) == -1)
        if (errno != EINTR)
            return -1;
    return 0;
}

/* ---- making and reaping ------------------------------------------------- */

int fork_children(size_t n, pid_t pids[])
{
    for (size_t i = 0; i < n; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            _exit((int)(i & 0xff)); /* exit() would flush a copy of stdio */
        if (pids[i] == -1) {
            int error = errno, unused;
            while (i-- > 0)
                wait_for(pids[i], &unused);
            errno = error;
            return -1;
        }
    }
    return 0;
}

int reap_children(size_t n, const pid_t pids[], int status[])
{
    int error = 0;

    /* One after the other: who has ended early stays a zombie meanwhile, and
       none is lost. */
    for (size_t i = 0; i < n; i++)
        if (wait_for(pids[i], &status[i]) == -1)
            error = errno; /* no child of ours; but the others are */
    if (error == 0)
        return 0;
    errno = error;
    return -1;
}

/* ---- a chain ------------------------------------------------------------ */

/* End this process by a signal that nobody can catch, ignore or block. */
static _Noreturn void end_by_signal(void)
{
    for (;;)
        raise(SIGKILL);
}

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    int wstatus;

    if (depth == 0)
        return last(arg);
    pid_t pid = fork();
    if (pid == -1)
        return -1;
    if (pid == 0) {
        int code = process_chain(depth - 1, last, arg);
        /* Below this one, -1 can only be "no code": that is no exit code. What
           last() itself returns is one, whatever it is. */
        if (code == -1 && depth > 1)
            end_by_signal();
        _exit(code & 0xff);
    }
    if (wait_for(pid, &wstatus) == -1 || !WIFEXITED(wstatus))
        return -1;
    return WEXITSTATUS(wstatus);
}

/* ---- a status in words -------------------------------------------------- */

/* KILL for 9. A real-time signal has no name of its own. */
static const char *signal_name(int number)
{
    const char *name = sigabbrev_np(number);

    return name != NULL ? name : "RT";
}

int describe_status(int wstatus, char *buf, size_t len)
{
    if (WIFEXITED(wstatus))
        return snprintf(buf, len, "exited %d", WEXITSTATUS(wstatus));
    if (WIFSIGNALED(wstatus))
        return snprintf(buf, len, "killed by SIG%s%s",
                        signal_name(WTERMSIG(wstatus)),
                        WCOREDUMP(wstatus) ? " (core dumped)" : "");
    if (WIFSTOPPED(wstatus))
        return snprintf(buf, len, "stopped by SIG%s",
                        signal_name(WSTOPSIG(wstatus)));
    return snprintf(buf, len, "continued");
}

/* ---- a process that nobody waits for ------------------------------------ */

int run_detached(void (*fn)(void *), void *arg)
{
    int wstatus;
    pid_t pid = fork();

    if (pid == -1)
        return -1;
    if (pid == 0) {
        pid_t grandchild = fork();
        if (grandchild == 0) {
            fn(arg);
            _exit(0);
        }
        /* The parent ends at once: the grandchild is an orphan, and whoever
           adopts it will wait for it. An errno fits into an exit code. */
        _exit(grandchild == -1 ? errno : 0);
    }
    if (wait_for(pid, &wstatus) == -1)
        return -1;
    if (WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == 0)
        return 0;
    errno = WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : ECHILD;
    return -1;
}
