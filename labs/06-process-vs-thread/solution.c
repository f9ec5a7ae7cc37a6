/*
 * solution.c - lab 06, processes and threads: a model solution.
 */
#include "exercise.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- what processes need ------------------------------------------------ */

/* Zeroed memory that children share with us, not copy; NULL with errno. */
static void *map_shared(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

/* Wait for this child alone; its wait status. */
static int wait_for(pid_t pid)
{
    int wstatus = -1;

    while (waitpid(pid, &wstatus, 0) == -1 && errno == EINTR)
        continue;
    return wstatus;
}

/* ---- one counter -------------------------------------------------------- */

struct count {
    atomic_long value;
    size_t increments;
};

/* A thread, or what a child process does. */
static void *add_up(void *arg)
{
    struct count *count = arg;

    for (size_t i = 0; i < count->increments; i++)
        atomic_fetch_add(&count->value, 1); /* read, add, write: in one */
    return NULL;
}

long count_with_threads(size_t threads, size_t increments)
{
    struct count count = {.increments = increments};
    pthread_t *ids = calloc(threads + 1, sizeof *ids);
    size_t made = 0;
    int error = 0;

    if (ids == NULL)
        return -1;
    while (made < threads && error == 0) {
        error = pthread_create(&ids[made], NULL, add_up, &count);
        made += error == 0;
    }
    for (size_t i = 0; i < made; i++)
        pthread_join(ids[i], NULL);
    free(ids);
    if (error != 0) {
        errno = error;
        return -1;
    }
    return count.value;
}

long count_with_processes(size_t processes, size_t increments)
{
    struct count *count = map_shared(sizeof *count);
    pid_t *pids = calloc(processes + 1, sizeof *pids);
    size_t made = 0;
    long value = -1;
    int error = ENOMEM;

    if (count == NULL || pids == NULL)
        goto out;
    count->increments = increments;
    error = 0;
    while (made < processes && error == 0) {
        pids[made] = fork();
        if (pids[made] == 0) {
            add_up(count);
            _exit(0); /* exit() would flush the caller's stdio once more */
        }
        if (pids[made] == -1)
            error = errno;
        else
            made++;
    }
    for (size_t i = 0; i < made; i++)
        wait_for(pids[i]);
    if (error == 0)
        value = count->value;
out:
    if (count != NULL)
        munmap(count, sizeof *count);
    free(pids);
    if (error != 0)
        errno = error;
    return value;
}

/* ---- one sum ------------------------------------------------------------ */

struct part {
    const uint32_t *v;
    size_t n;
    uint64_t sum; /* each worker has its own: nothing to lock */
    union {
        pthread_t thread;
        pid_t process;
    } worker;
    bool has_worker;
};

static void *sum_part(void *arg)
{
    struct part *part = arg;
    uint64_t sum = 0;

    for (size_t i = 0; i < part->n; i++)
        sum += part->v[i];
    part->sum = sum;
    return NULL;
}

/* Cut n numbers into parts that differ by one number at most. */
static void cut(struct part parts[], size_t workers, const uint32_t *v,
                size_t n)
{
    for (size_t i = 0; i < workers; i++) {
        parts[i].v = v;
        parts[i].n = n / workers + (i < n % workers);
        v += parts[i].n;
    }
}

static uint64_t sum_alone(const uint32_t *v, size_t n)
{
    struct part all = {.v = v, .n = n};

    sum_part(&all);
    return all.sum;
}

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    struct part *parts = calloc(threads, sizeof *parts);
    uint64_t sum = 0;

    if (parts == NULL || threads == 0) {
        free(parts);
        return sum_alone(v, n);
    }
    cut(parts, threads, v, n);
    for (size_t i = 0; i < threads; i++) {
        struct part *p = &parts[i];
        p->has_worker =
            pthread_create(&p->worker.thread, NULL, sum_part, p) == 0;
    }
    for (size_t i = 0; i < threads; i++) { /* all of them run by now */
        if (parts[i].has_worker)
            pthread_join(parts[i].worker.thread, NULL);
        else
            sum_part(&parts[i]);
        sum += parts[i].sum;
    }
    free(parts);
    return sum;
}

uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    struct part *parts =
        processes == 0 ? NULL : map_shared(processes * sizeof *parts);
    uint64_t sum = 0;

    if (parts == NULL)
        return sum_alone(v, n);
    cut(parts, processes, v, n);
    for (size_t i = 0; i < processes; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            sum_part(&parts[i]);
            _exit(0);
        }
        parts[i].worker.process = pid;
        parts[i].has_worker = pid != -1;
    }
    for (size_t i = 0; i < processes; i++) {
        if (parts[i].has_worker)
            wait_for(parts[i].worker.process);
        else
            sum_part(&parts[i]);
        sum += parts[i].sum;
    }
    munmap(parts, processes * sizeof *parts);
    return sum;
}

/* ---- a call that may crash ---------------------------------------------- */

struct outcome {
    bool has_returned;
    int value;
    max_align_t result[]; /* fn's, not the caller's: it may get half done */
};

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result,
                  size_t len, int *wstatus)
{
    struct outcome *outcome = map_shared(sizeof *outcome + len);
    int value = -1;

    if (outcome == NULL)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        outcome->value = fn(arg, outcome->result) & 0xff;
        outcome->has_returned = true; /* an exit() does not come here */
        _exit(outcome->value);
    }
    int error = errno;
    if (pid != -1) {
        *wstatus = wait_for(pid);
        if (outcome->has_returned) {
            if (len > 0) /* else it may be NULL */
                memcpy(result, outcome->result, len);
            value = outcome->value;
        }
    }
    munmap(outcome, sizeof *outcome + len);
    errno = error;
    return value;
}
