/* must fail: measure_cow.works; may fail: measure_cow.* */
/* A thread of the caller, where a process is asked for. */
#define measure_cow right_measure_cow
#include "../solution.c"
#undef measure_cow

#include <pthread.h>

struct job {
    void *region;
    size_t pages, touched;
    struct cow_report *report;
};

static void *run_job(void *arg)
{
    struct job *job = arg;
    struct writes all = {job->region, (size_t)sysconf(_SC_PAGESIZE),
                         job->touched};
    struct page_counts before, after;

    count_pages(getpid(), job->region, job->pages, &before);
    job->report->child_faults = count_minor_faults(write_pages, &all);
    count_pages(getpid(), job->region, job->pages, &after);
    job->report->shared_after_fork = before.shared;
    job->report->shared_after_write = after.shared;
    return NULL;
}

int measure_cow(void *region, size_t pages, size_t touched,
                struct cow_report *report)
{

    struct job job = {region, pages, touched, report};
    pthread_t thread;

    if (touched > pages) {
        errno = EINVAL;
        return -1;
    }
    if (pthread_create(&thread, NULL, run_job, &job) != 0)
        return -1;
    pthread_join(thread, NULL);
    return 0;
}
