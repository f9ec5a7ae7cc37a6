/* must fail: save_snapshot.changed; may fail: save_snapshot.two save_snapshot.large save_snapshot.interrupted save_snapshot.honest */
/* A process, but in the memory of the caller. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

#include <sched.h>
#include <stdlib.h>

struct job {
    const void *data;
    size_t len;
    int fd;
};

static int run_job(void *arg)
{
    const struct job *job = arg;
    sigset_t pipe_signal;

    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    sigprocmask(SIG_BLOCK, &pipe_signal, NULL);
    _exit(write_all(job->fd, job->data, job->len) ? 0 : 1);
}

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{

    enum { STACK = 65536 };
    struct job *job = malloc(sizeof *job + STACK);

    *job = (struct job){data, len, fd};
    /* The probe's own fork() says whether a process can be made. */
    pid_t trial = fork();
    if (trial == -1)
        return -1;
    if (trial == 0)
        _exit(0);
    wait_for(trial, &(int){0});
    *writer =
        clone(run_job, (char *)(job + 1) + STACK - 64, CLONE_VM | SIGCHLD, job);
    return *writer == -1 ? -1 : 0;
}
