/* Another right way: a spin lock, workers that make the next one themselves,
   threads and processes that count one after the other, a socketpair. */
#include "exercise.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct spin {
    atomic_flag is_locked;
    long value;
    size_t times;
};

static void *count_spinning(void *arg)
{
    struct spin *spin = arg;

    for (size_t i = 0; i < spin->times; i++) {
        while (atomic_flag_test_and_set(&spin->is_locked))
            sched_yield();
        spin->value++;
        atomic_flag_clear(&spin->is_locked);
    }
    return NULL;
}

long count_with_threads(size_t threads, size_t increments)
{
    struct spin spin = {ATOMIC_FLAG_INIT, 0, increments};

    if (threads == 0)
        return 0;
    pthread_t *ids = calloc(threads, sizeof *ids);
    size_t n = 0;
    int error = 0;
    while (n < threads && !error)
        if (!(error = pthread_create(&ids[n], NULL, count_spinning, &spin)))
            n++;
    for (size_t i = 0; i < n; i++)
        pthread_join(ids[i], NULL);
    free(ids);
    return error ? (errno = error, -1) : spin.value;
}

static void take(pid_t pid)
{
    siginfo_t info;

    while (waitid(P_PID, (id_t)pid, &info, WEXITED) == -1 && errno == EINTR)
        ;
}

/* The contract does not ask for these to run side by side. */
long count_with_processes(size_t processes, size_t increments)
{
    long *value =
        mmap(NULL, sizeof *value, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (value == MAP_FAILED)
        return -1;
    for (size_t i = 0; i < processes; i++) {
        pid_t pid = fork();
        if (pid == -1) {
            int error = errno;
            munmap(value, sizeof *value);
            errno = error;
            return -1;
        }
        if (pid == 0) {
            for (size_t k = 0; k < increments; k++)
                ++*value;
            _exit(0);
        }
        take(pid);
    }
    long result = *value;
    munmap(value, sizeof *value);
    return result;
}

/* ---- a chain: each one starts the next before it does its own ----------- */

struct link {
    const uint32_t *v;
    size_t n, left; /* left: workers, this one included */
    uint64_t sum;
};

static uint64_t plain_sum(const uint32_t *v, size_t n)
{
    uint64_t sum = 0;

    while (n--)
        sum += *v++;
    return sum;
}

static void *sum_link(void *arg)
{
    struct link *link = arg, next;
    size_t mine = link->n / link->left;
    pthread_t id;
    int error = 1;

    if (link->left > 1) {
        next = (struct link){link->v + mine, link->n - mine, link->left - 1, 0};
        error = pthread_create(&id, NULL, sum_link, &next);
        link->sum = plain_sum(link->v, mine);
        if (error)
            sum_link(&next);
        else
            pthread_join(id, NULL);
        link->sum += next.sum;
    } else {
        link->sum = plain_sum(link->v, link->n);
    }
    return NULL;
}

uint64_t sum_with_threads(const uint32_t *v, size_t n, size_t threads)
{
    struct link all = {v, n, threads, 0};
    pthread_t id;

    if (pthread_create(&id, NULL, sum_link, &all))
        sum_link(&all);
    else
        pthread_join(id, NULL);
    return all.sum;
}

uint64_t sum_with_processes(const uint32_t *v, size_t n, size_t processes)
{
    int pair[2];
    uint64_t total = 0;
    size_t made = 0, from = 0;
    pid_t *pids = calloc(processes + 1, sizeof *pids);

    if (pids == NULL || socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == -1)
        abort();
    for (size_t left = processes; left > 0; left--) {
        size_t mine = (n - from) / left;
        pid_t pid = fork();
        if (pid == 0) {
            uint64_t sum = plain_sum(v + from, mine);
            _exit(send(pair[1], &sum, sizeof sum, 0) != sizeof sum);
        }
        if (pid == -1)
            total += plain_sum(v + from, mine);
        else
            pids[made++] = pid;
        from += mine;
    }
    for (size_t i = 0; i < made;) {
        uint64_t sum;
        ssize_t got = recv(pair[0], &sum, sizeof sum, 0);
        if (got == sizeof sum) {
            total += sum;
            i++;
        }
    }
    for (size_t i = 0; i < made; i++)
        take(pids[i]);
    close(pair[0]);
    close(pair[1]);
    free(pids);
    return total;
}

int call_isolated(int (*fn)(void *arg, void *result), void *arg, void *result, size_t len,
                  int *wstatus)
{
    struct answer {
        int has_one, value;
    } * answer;
    char *own = mmap(NULL, len + 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int value = -1, error;

    if (own == MAP_FAILED)
        return -1;
    answer = (struct answer *)own;
    pid_t pid = fork();
    error = errno;
    if (pid == 0) {
        int got = fn(arg, own + 2048);
        answer->value = (unsigned char)got;
        answer->has_one = 1;
        _exit(0);
    }
    if (pid > 0) {
        while (waitpid(pid, wstatus, 0) != pid)
            ;
        if (answer->has_one) {
            memcpy(len ? result : own, own + 2048, len);
            value = answer->value;
        }
    }
    munmap(own, len + 4096);
    errno = error;
    return value;
}
