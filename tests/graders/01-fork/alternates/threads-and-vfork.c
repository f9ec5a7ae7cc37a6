/*
 * Another right way: a thread waits for each child; the one between, of a
 * detached process, is a vfork's and leaves its errno in its parent's memory;
 * signals blocked meanwhile, and given back in the child.
 */
#include "exercise.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int fork_children(size_t n, pid_t pids[])
{
    if (n == 0)
        return 0;
    if (fork_children(n - 1, pids) == -1)
        return -1;
    pid_t pid = fork();
    if (pid == 0)
        _exit((int)((n - 1) & 0xff));
    pids[n - 1] = pid;
    if (pid > 0)
        return 0;
    int error = errno;
    for (size_t i = 0; i < n - 1; i++)
        while (wait4(pids[i], NULL, 0, NULL) == -1 && errno == EINTR)
            ;
    errno = error;
    return -1;
}

struct job {
    pthread_t thread;
    pid_t pid;
    int status, error;
};

static void *wait_for_it(void *arg)
{
    struct job *job = arg;
    while (waitpid(job->pid, &job->status, 0) == -1)
        if (errno != EINTR) {
            job->error = errno;
            break;
        }
    return NULL;
}

int reap_children(size_t n, const pid_t pids[], int status[])
{
    struct job *jobs = calloc(n + 1, sizeof *jobs);
    pthread_attr_t small;
    int error = jobs == NULL ? ENOMEM : 0;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 1 << 16);
    for (size_t i = 0; jobs != NULL && i < n; i++) {
        jobs[i].pid = pids[i];
        if (pthread_create(&jobs[i].thread, &small, wait_for_it, &jobs[i]) != 0) {
            wait_for_it(&jobs[i]);
            jobs[i].thread = pthread_self();
        }
    }
    for (size_t i = 0; jobs != NULL && i < n; i++) {
        if (!pthread_equal(jobs[i].thread, pthread_self()))
            pthread_join(jobs[i].thread, NULL);
        if (jobs[i].error == 0)
            status[i] = jobs[i].status;
        else
            error = jobs[i].error;
    }
    pthread_attr_destroy(&small);
    free(jobs);
    errno = error;
    return error == 0 ? 0 : -1;
}

/* What a chain came to, apart from its code. */
struct outcome {
    int code, has_code;
};

static struct outcome chain(size_t depth, int (*last)(void *), void *arg)
{
    struct outcome none = {-1, 0};
    int wstatus;
    pid_t pid = fork();
    if (pid == 0 && depth == 1)
        _exit(last(arg) & 0xff);
    if (pid == 0) {
        struct outcome below = chain(depth - 1, last, arg);
        if (below.has_code)
            _exit(below.code);
        signal(SIGTERM, SIG_DFL);
        sigset_t term;
        sigemptyset(&term);
        sigaddset(&term, SIGTERM);
        raise(SIGTERM);
        sigprocmask(SIG_UNBLOCK, &term, NULL);
        abort();
    }
    if (pid == -1)
        return none;
    while (waitpid(pid, &wstatus, 0) != pid)
        ;
    if (!WIFEXITED(wstatus))
        return none;
    return (struct outcome){WEXITSTATUS(wstatus), 1};
}

int process_chain(size_t depth, int (*last)(void *), void *arg)
{
    return depth == 0 ? last(arg) : chain(depth, last, arg).code;
}

int describe_status(int wstatus, char *buf, size_t len)
{
    int low = wstatus & 0x7f, high = wstatus >> 8 & 0xff;
    if (wstatus == 0xffff)
        return snprintf(buf, len, "continued");
    if (low == 0)
        return snprintf(buf, len, "exited %d", high);
    if (low == 0x7f)
        return snprintf(buf, len, "stopped by SIG%s", sigabbrev_np(high));
    return snprintf(buf, len, "killed by SIG%s%s", sigabbrev_np(low),
                    wstatus & 0x80 ? " (core dumped)" : "");
}

int run_detached(void (*fn)(void *), void *arg)
{
    volatile int error = 0;
    sigset_t all, before;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all,
                &before); /* no handler may run in the child that borrows our memory */
    pid_t pid = vfork();
    if (pid == 0) {
        pid_t below = fork();
        if (below == 0) {
            sigprocmask(SIG_SETMASK, &before, NULL);
            fn(arg);
            _exit(0);
        }
        if (below == -1)
            error = errno;
        _exit(0);
    }
    if (pid == -1)
        error = errno;
    else
        waitpid(pid, NULL, 0);
    sigprocmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return error == 0 ? 0 : -1;
}
