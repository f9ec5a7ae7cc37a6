/* must fail: save_snapshot.works; may fail: save_snapshot.* */
/* A thread of the caller, with a copy, where a process is asked for. */
#define save_snapshot right_save_snapshot
#include "../solution.c"
#undef save_snapshot

#include <pthread.h>
#include <stdlib.h>

struct job {
    char *data;
    size_t len;
    int fd;
    pid_t tid;
};

static void *run_job(void *arg)
{
    struct job *job = arg;

    __atomic_store_n(&job->tid, gettid(), __ATOMIC_SEQ_CST);
    write_all(job->fd, job->data, job->len);
    return NULL;
}

int save_snapshot(const void *data, size_t len, int fd, pid_t *writer)
{

    struct job *job = calloc(1, sizeof *job);
    pthread_t thread;

    *job = (struct job){malloc(len + 1), len, fd, 0};
    if (len > 0)
        memcpy(job->data, data, len);
    if (pthread_create(&thread, NULL, run_job, job) != 0)
        return -1;
    while ((*writer = __atomic_load_n(&job->tid, __ATOMIC_SEQ_CST)) == 0)
        usleep(10);
    return 0;
}
