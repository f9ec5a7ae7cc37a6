/*
 * lmbench.c - reference figures by the methods that lmbench's manual pages describe: lat_pipe(8), lat_ctx(8),
 * bw_pipe(8), lat_proc(8). No code of lmbench's, and none of proclab's: what a lab's demo says is held
 * against it (tests/bench/labs).
 *
 *     lmbench FIGURE [ARGUMENT]     prints "5.130 us", or "2345.0 MB/s" (10^6 bytes)
 *
 *     lat_pipe          a byte to another process and back through two pipes: the round trip
 *     lat_pipe_thread   the same between two threads
 *     lat_ctx           one way of that, less what passing a byte through a pipe costs in one process
 *     lat_ctx_thread    the same between two threads
 *     bw_pipe BYTES     bytes a second through a pipe from another process, in blocks of BYTES
 *     lat_fork MIB      fork(2) with MIB of memory of one's own, the child exits, wait for it
 *     lat_exec PATH     the same, and the child executes PATH
 *     lat_thread        pthread_create(3), the thread ends, join it
 *     fork_call MIB     fork(2) alone, as the caller with MIB of its own memory sees it
 *     fault absent      the first write to a page of anonymous memory
 *     fault shared      the first write to a page that a child has, too
 *
 * As there: as often as it takes to fill 5 ms, eleven times; the median. Where it runs is its caller's business
 * (taskset): with two CPUs the other side of lat_pipe and bw_pipe is on the first, this side on the second, with
 * one both are on that. On one CPU, each pass of the byte is a switch.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ENOUGH_NS = 5000000, REPETITIONS = 11, FAULT_PAGES = 256 };

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "lmbench: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

/* Do it n times, and say how many nanoseconds that took. */
typedef double work(void *state, size_t n);

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How many fill the time. */
static size_t find_enough(work *do_it, void *state)
{
    double took;
    size_t n = 1;
    while ((took = do_it(state, n)) < ENOUGH_NS) {
        double factor = took > 0 ? 1.2 * ENOUGH_NS / took : 10;
        n = (size_t)((double)n * (factor > 10 ? 10 : factor)) + 1;
    }
    return n;
}

/* Nanoseconds of one. */
static double measure_n(work *do_it, void *state, size_t n)
{
    double ns[REPETITIONS];
    for (int i = 0; i < REPETITIONS; i++)
        ns[i] = do_it(state, n) / (double)n;
    qsort(ns, REPETITIONS, sizeof ns[0], compare);
    return ns[REPETITIONS / 2];
}

static double measure(work *do_it, void *state)
{
    return measure_n(do_it, state, find_enough(do_it, state));
}

/* ---- where -------------------------------------------------------------------- */

/* The first and the last of the first two CPUs that we may use. */
static int cpu_of(bool is_this_side)
{
    cpu_set_t set;
    int found[2] = {-1, -1}, n = 0;
    if (sched_getaffinity(0, sizeof set, &set) < 0)
        die("sched_getaffinity");
    for (int cpu = 0; cpu < CPU_SETSIZE && n < 2; cpu++)
        if (CPU_ISSET(cpu, &set))
            found[n++] = cpu;
    return found[is_this_side && n > 1];
}

static void pin(int cpu)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    if (sched_setaffinity(0, sizeof set, &set) < 0)
        die("sched_setaffinity");
}

/* ---- a byte there and back -------------------------------------------------- */

struct pair {
    int there[2], back[2], own[2];
    int peer_cpu;
};

static void make_pipe(int ends[2])
{
    if (pipe(ends) < 0)
        die("pipe");
}

/* The other side, until its pipe ends. */
static void *echo(void *arg)
{
    struct pair *p = arg;
    char byte;
    pin(p->peer_cpu);
    while (read(p->there[0], &byte, 1) == 1)
        if (write(p->back[1], &byte, 1) != 1)
            die("write");
    return NULL;
}

static double round_trips(void *state, size_t n)
{
    struct pair *p = state;
    char byte = 0;
    double start = now_ns();
    for (size_t i = 0; i < n; i++)
        if (write(p->there[1], &byte, 1) != 1 || read(p->back[0], &byte, 1) != 1)
            die("a round trip");
    return now_ns() - start;
}

/* In one process: what a pass of the byte costs without a switch. */
static double passes(void *state, size_t n)
{
    int *ends = state;
    char byte = 0;
    double start = now_ns();
    for (size_t i = 0; i < n; i++)
        if (write(ends[1], &byte, 1) != 1 || read(ends[0], &byte, 1) != 1)
            die("a pass");
    return now_ns() - start;
}

/* One way of n round trips, less n passes: side by side, so that what else goes on meets both alike. */
static double ways_less_passes(void *state, size_t n)
{
    struct pair *p = state;
    double trips = round_trips(p, n);
    return trips / 2 - passes(p->own, n);
}

/* A round trip; or, where is_switch, one way of it less what a pass costs. */
static double trip_ns(bool by_thread, bool is_switch)
{
    int this_cpu = cpu_of(true);
    struct pair p = {.peer_cpu = cpu_of(false)};
    pthread_t thread;
    pid_t child = -1;
    make_pipe(p.there);
    make_pipe(p.back);
    make_pipe(p.own);
    if (by_thread) {
        errno = pthread_create(&thread, NULL, echo, &p);
        if (errno)
            die("pthread_create");
    } else if ((child = fork()) == 0) {
        close(p.there[1]); /* or it would never see the end */
        echo(&p);
        _exit(0);
    } else if (child < 0) {
        die("fork");
    }
    pin(this_cpu);
    size_t n = find_enough(round_trips, &p);
    double ns = measure_n(is_switch ? ways_less_passes : round_trips, &p, n);
    close(p.there[1]);
    if (by_thread)
        pthread_join(thread, NULL);
    else
        waitpid(child, NULL, 0);
    return ns;
}

/* ---- bytes a second ------------------------------------------------------------- */

struct stream {
    int fd;
    char *buf;
    size_t block;
};

static double take_blocks(void *state, size_t n)
{
    struct stream *s = state;
    size_t bytes = n * s->block;
    double start = now_ns();
    while (bytes > 0) {
        ssize_t got = read(s->fd, s->buf, s->block < bytes ? s->block : bytes);
        if (got <= 0)
            die("read");
        bytes -= (size_t)got;
    }
    return now_ns() - start;
}

static double bandwidth_mb_s(size_t block)
{
    int ends[2], this_cpu = cpu_of(true), peer_cpu = cpu_of(false);
    struct stream s = {.buf = calloc(1, block), .block = block};
    if (!s.buf)
        die("calloc");
    make_pipe(ends);
    pid_t child = fork();
    if (child < 0)
        die("fork");
    if (child == 0) {
        pin(peer_cpu);
        close(ends[0]); /* the last reader's end is SIGPIPE for us */
        while (write(ends[1], s.buf, block) > 0)
            continue;
        _exit(0);
    }
    pin(this_cpu);
    close(ends[1]);
    s.fd = ends[0];
    double ns = measure(take_blocks, &s);
    close(ends[0]);
    waitpid(child, NULL, 0);
    free(s.buf);
    return (double)block * 1e3 / ns;
}

/* ---- processes and threads ------------------------------------------------------ */

static void reap(pid_t pid)
{
    int wstatus;
    if (pid < 0 || waitpid(pid, &wstatus, 0) < 0)
        die("a process");
    if (!WIFEXITED(wstatus) || WEXITSTATUS(wstatus) != 0) {
        fprintf(stderr, "lmbench: a process has failed\n");
        exit(1);
    }
}

/* state: the program's path, or NULL. */
static double processes(void *state, size_t n)
{
    char *argv[] = {state, NULL};
    double start = now_ns();
    for (size_t i = 0; i < n; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            if (state)
                execv(state, argv);
            _exit(state ? 127 : 0);
        }
        reap(pid);
    }
    return now_ns() - start;
}

static void *end_at_once(void *arg)
{
    return arg;
}

static double threads(void *state, size_t n)
{
    pthread_t thread;
    double start = now_ns();
    (void)state;
    for (size_t i = 0; i < n; i++) {
        errno = pthread_create(&thread, NULL, end_at_once, NULL);
        if (errno)
            die("pthread_create");
        pthread_join(thread, NULL);
    }
    return now_ns() - start;
}

/* The calls alone: waiting for the children is not counted. */
static double fork_calls(void *state, size_t n)
{
    double ns = 0;
    (void)state;
    for (size_t i = 0; i < n; i++) {
        double start = now_ns();
        pid_t pid = fork();
        if (pid == 0)
            _exit(0);
        ns += now_ns() - start;
        reap(pid);
    }
    return ns;
}

/* ---- memory ----------------------------------------------------------------------- */

struct region {
    char *start;
    size_t pages, page_bytes;
    bool is_shared; /* with a child, at each write */
};

static struct region make_region(size_t bytes)
{
    struct region r = {.page_bytes = (size_t)sysconf(_SC_PAGESIZE)};
    r.pages = bytes / r.page_bytes;
    r.start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (r.start == MAP_FAILED)
        die("mmap");
    madvise(r.start, bytes, MADV_NOHUGEPAGE); /* a step is a page */
    return r;
}

static void write_pages(const struct region *r)
{
    for (size_t i = 0; i < r->pages; i++)
        *(volatile char *)(r->start + i * r->page_bytes) = 1;
}

/* n times all pages, absent before or shared with a child that keeps them; the writes alone. */
static double write_faults(void *state, size_t n)
{
    struct region *r = state;
    double ns = 0;
    for (size_t i = 0; i < n; i++) {
        pid_t child = -1;
        int ends[2];
        if (r->is_shared) {
            make_pipe(ends);
            child = fork();
            if (child == 0) { /* until we close our end */
                char byte;
                close(ends[1]);
                _exit(read(ends[0], &byte, 1) == 0 ? 0 : 1);
            }
            close(ends[0]);
        } else if (madvise(r->start, r->pages * r->page_bytes, MADV_DONTNEED) < 0) {
            die("madvise");
        }
        double start = now_ns();
        write_pages(r);
        ns += now_ns() - start;
        if (r->is_shared) {
            close(ends[1]);
            reap(child);
        }
    }
    return ns;
}

static double fault_ns(bool is_shared)
{
    struct region r = make_region((size_t)FAULT_PAGES * (size_t)sysconf(_SC_PAGESIZE));
    r.is_shared = is_shared;
    write_pages(&r);
    return measure(write_faults, &r) / FAULT_PAGES;
}

static double fork_ns(work *do_it, size_t mib)
{
    struct region r = make_region(mib << 20);
    write_pages(&r);
    return measure(do_it, NULL);
}

/* ---- the figures --------------------------------------------------------------------- */

static int usage(void)
{
    fputs("usage: lmbench lat_pipe | lat_pipe_thread | lat_ctx | lat_ctx_thread | bw_pipe BYTES | "
          "lat_fork |\n"
          "       lat_exec PATH | lat_thread | fork_call MIB | fault absent|shared\n",
          stderr);
    return 2;
}

int main(int argc, char **argv)
{
    const char *figure = argc > 1 ? argv[1] : "";
    char *argument = argc > 2 ? argv[2] : NULL;
    size_t number = argument ? strtoul(argument, NULL, 10) : 0;
    double ns;
    if (strcmp(figure, "bw_pipe") == 0 && number > 0) {
        printf("%.1f MB/s\n", bandwidth_mb_s(number));
        return 0;
    }
    if (strcmp(figure, "lat_pipe") == 0)
        ns = trip_ns(false, false);
    else if (strcmp(figure, "lat_pipe_thread") == 0)
        ns = trip_ns(true, false);
    else if (strcmp(figure, "lat_ctx") == 0)
        ns = trip_ns(false, true);
    else if (strcmp(figure, "lat_ctx_thread") == 0)
        ns = trip_ns(true, true);
    else if (strcmp(figure, "lat_fork") == 0 && number > 0)
        ns = fork_ns(processes, number);
    else if (strcmp(figure, "lat_exec") == 0 && argument)
        ns = measure(processes, argument);
    else if (strcmp(figure, "lat_thread") == 0)
        ns = measure(threads, NULL);
    else if (strcmp(figure, "fork_call") == 0 && number > 0)
        ns = fork_ns(fork_calls, number);
    else if (strcmp(figure, "fault") == 0 && argument)
        ns = fault_ns(strcmp(argument, "shared") == 0);
    else
        return usage();
    printf("%.4f us\n", ns / 1e3);
    return 0;
}
