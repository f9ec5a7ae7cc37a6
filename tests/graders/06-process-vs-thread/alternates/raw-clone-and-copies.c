/*
 * Another right way: signals are blocked meanwhile, so that none interrupts;
 * threads that begin when a condition is signalled; children by clone(2), raw
 * and glibc's; numbers that the caller copies for its workers before it makes
 * them.
 */
#include "exercise.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t block_all(void)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    return before;
}

/* Keeps errno. */
static void block_as(const sigset_t *before)
{
    pthread_sigmask(SIG_SETMASK, before, NULL);
}

static void *share(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

struct race {
    pthread_mutex_t lock;
    pthread_cond_t starts;
    int has_started;
    size_t increments;
    long counter;
};

static void *run(void *arg)
{
    struct race *race = arg;

    pthread_mutex_lock(&race->lock);
    while (!race->has_started)
        pthread_cond_wait(&race->starts, &race->lock);
    pthread_mutex_unlock(&race->lock);
    for (size_t i = 0; i < race->increments; i++)
        __sync_fetch_and_add(&race->counter, 1);
    return NULL;
}

long count_with_threads(size_t threads, size_t increments)
{
    struct race race = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, increments, 0};
    pthread_t *ids = calloc(threads + 1, sizeof *ids);
    sigset_t before = block_all();
    size_t made = 0;
    int error = 0;

    while (made < threads && (error = pthread_create(&ids[made], NULL, run, &race)) == 0)
        made++;
    pthread_mutex_lock(&race.lock);
    race.has_started = 1;
    pthread_cond_broadcast(&race.starts);
    pthread_mutex_unlock(&race.lock);
    while (made > 0)
        pthread_join(ids[--made], NULL);
    free(ids);
    block_as(&before);
    return error != 0 ? (errno = error, -1) : race.counter;
}

long count_with_processes(size_t processes, size_t increments)
{
    long *counter = share(sizeof *counter);
    pid_t *pids = calloc(processes + 1, sizeof *pids);
    sigset_t before = block_all();
    size_t made = 0;
    int error = 0;

    while (made < processes && error == 0) {
        pid_t pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
        if (pid == 0) {
            for (size_t i = 0; i < increments; i++)
                __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
            _exit(0);
        }
        if (pid == -1)
            error = errno;
        else
            pids[made++] = pid;
    }
    while (made > 0)
        waitpid(pids[--made], NULL, 0);
    long value = *counter;
    munmap(counter, sizeof *counter);
    free(pids);
    block_as(&before);
    return error != 0 ? (errno = error, -1) : value;
}

struct copy {
    uint64_t sum;
    size_t n;
    uint32_t v[];
};

static void *sum_copy(void *arg)
{
    struct copy *copy = arg;

    for (size_t i = 0; i < copy->n; i++)
        copy->sum += copy->v[i];
    return NULL;
}

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    struct copy *copies[threads];
    pthread_t ids[threads];
    int errors[threads];
    uint64_t sum = 0;

    for (size_t i = 0; i < threads; i++) {
        size_t from = n * i / threads, mine = n * (i + 1) / threads - from;
        copies[i] = calloc(1, sizeof(struct copy) + mine * sizeof *v);
        copies[i]->n = mine;
        if (mine > 0)
            memcpy(copies[i]->v, v + from, mine * sizeof *v);
    }
    for (size_t i = 0; i < threads; i++)
        errors[i] = pthread_create(&ids[i], NULL, sum_copy, copies[i]);
    for (size_t i = 0; i < threads; i++) {
        if (errors[i] == 0)
            pthread_join(ids[i], NULL);
        else
            sum_copy(copies[i]);
        sum += copies[i]->sum;
        free(copies[i]);
    }
    return sum;
}

/* The sums, and behind them all the numbers. */
uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    size_t bytes = processes * sizeof(uint64_t) + n * sizeof *v;
    uint64_t *sums = share(bytes), sum = 0;
    uint32_t *copy = (uint32_t *)(sums + processes);
    pid_t pids[processes];

    if (n > 0)
        memcpy(copy, v, n * sizeof *v);
    sigset_t before = block_all();
    for (size_t i = 0; i < processes; i++) {
        pids[i] = fork();
        if (pids[i] > 0)
            continue;
        for (size_t k = n * i / processes; k < n * (i + 1) / processes; k++)
            sums[i] += copy[k];
        if (pids[i] == 0)
            _exit(0);
    }
    for (size_t i = 0; i < processes; i++) {
        if (pids[i] > 0)
            waitpid(pids[i], NULL, 0);
        sum += sums[i];
    }
    block_as(&before);
    munmap(sums, bytes);
    return sum;
}

struct call {
    int (*fn)(void *, void *);
    void *arg;
    sigset_t mask;
    int has_returned, value;
    _Alignas(max_align_t) char result[];
};

static int make_call(void *arg)
{
    struct call *call = arg;

    block_as(&call->mask); /* fn's is the caller's own */
    int value = call->fn(call->arg, call->result);
    call->value = value & 0xff;
    call->has_returned = 1;
    return 0; /* glibc's clone() leaves by _exit() */
}

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result, size_t len,
                  int *wstatus)
{
    enum { STACK = 1 << 20 };
    struct call *call = share(sizeof *call + len);
    char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int value = -1;

    if (call == NULL || stack == MAP_FAILED)
        abort();
    call->fn = fn;
    call->arg = arg;
    call->mask = block_all();
    sigset_t before = call->mask;
    pid_t pid = clone(make_call, stack + STACK, SIGCHLD, call);
    int error = errno;
    if (pid != -1) {
        waitpid(pid, wstatus, 0);
        if (call->has_returned) {
            value = call->value;
            memmove(len > 0 ? result : call->result, call->result, len);
        }
    }
    munmap(stack, STACK);
    munmap(call, sizeof *call + len);
    block_as(&before);
    errno = error;
    return value;
}
