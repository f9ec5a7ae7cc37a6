/*
 * probes.c - lab 06: calls the student's functions, one small probe for each
 * thing that exercise.h promises. What a probe saw is judged in grade.c.
 *
 * The student's file is compiled without optimization (see cflags): else the
 * compiler makes one addition of a loop of additions, and a data race is gone
 * that is there in the source.
 */
#include "exercise.h"

#include "gradekit/probe/probe.h"
#include "gradekit/probe/tasks.h"

#include <sched.h>
#include <signal.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum cell {
    RETURNED, /* the student's function has returned */
    TICKS,    /* signals that interrupted the caller */
};

enum {
    TICKS_MAX = 3000,
    TICKS_WANTED = 20, /* one of them surely meets the caller asleep */
    MANY = 20,         /* tasks; more might meet the user's RLIMIT_NPROC */
    LARGE = 1 << 20,   /* 16 times what a pipe holds */
};

/* ---- what all of them use ----------------------------------------------- */

static cpu_set_t cpus_before;
static long children_before;

/* What the kernel has counted of children that were waited for. */
static long count_of_children(void)
{
    struct rusage usage;

    probe_must(getrusage(RUSAGE_CHILDREN, &usage) == 0);
    return usage.ru_minflt + usage.ru_nvcsw + usage.ru_nivcsw;
}

/* Children that were made and waited for, and none of them noted: by a raw
   clone(2), say. */
static void put_unseen(void)
{
    probe_put_int("unseen", probe_tasks_processes() == 0 &&
                                count_of_children() > children_before);
}

static void note_before(void)
{
    children_before = count_of_children();
    probe_must(sched_getaffinity(0, sizeof cpus_before, &cpus_before) == 0);
    probe_tasks_note();
    probe_tasks_hold(RETURNED);
}

static void put_after(void)
{
    cpu_set_t cpus;

    probe_put_int("running", probe_tasks_running());
    probe_cell_add(RETURNED, 1);
    probe_tasks_forget();
    probe_must(sched_getaffinity(0, sizeof cpus, &cpus) == 0);
    probe_put_int("threads", probe_tasks_threads());
    probe_put_int("processes", probe_tasks_processes());
    probe_put_int("left", probe_tasks_left());
    put_unseen();
    if (!CPU_EQUAL(&cpus, &cpus_before))
        probe_put_text("changed_affinity", "it may run on %d CPUs, not on %d",
                       CPU_COUNT(&cpus), CPU_COUNT(&cpus_before));
}

static void put_returned(long returned)
{
    int error = errno;

    probe_put_int("returned", returned);
    probe_put_int("errno", error);
}

/* Some signals more interrupt the caller, for two seconds at most: who blocks
   them meanwhile is interrupted by none, and that is no mistake. */
static void meet_ticks(uint32_t more)
{
    uint32_t before = probe_cell(TICKS);

    for (int i = 0; i < 8000 && probe_cell(TICKS) < before + more; i++)
        probe_rest();
}

/* A task's end: the caller, which may have all that it wants of it by then, is
   interrupted while it waits for that as well. */
static void end_with_ticks(void)
{
    probe_wait_asleep();
    meet_ticks(3);
}

/* From here on signals come, and each task waits for some at its begin and at
   its end. */
static void interrupt_start(void)
{
    probe_tasks_note();
    probe_tasks_wait(TICKS, TICKS_WANTED);
    probe_tasks_call(NULL, end_with_ticks);
    probe_interrupt_start(TICKS, TICKS_MAX);
}

static void interrupt_stop(void)
{
    probe_interrupt_stop();
    probe_tasks_forget();
}

/* The caller has something in a stdio buffer that is not written yet. */
static FILE *begun_file;

static void file_begin(void)
{
    begun_file = fdopen(probe_file(), "w");
    probe_must(begun_file != NULL);
    fputs("once", begun_file);
}

static void file_put(void)
{
    size_t len;

    fflush(begun_file);
    char *bytes = probe_file_read(fileno(begun_file), &len);
    probe_put_bytes("file", bytes, len);
}

/* ---- count_with_threads, count_with_processes --------------------------- */

typedef long count_function(size_t tasks, size_t increments);

static long by_threads(size_t tasks, size_t increments)
{
    return PROBE_CALL(count_with_threads(tasks, increments));
}

static long by_processes(size_t tasks, size_t increments)
{
    return PROBE_CALL(count_with_processes(tasks, increments));
}

static void fail_threads(unsigned successes)
{
    probe_fail_threads(successes);
}

/* The same of both: a probe each. fail: let the making of tasks fail. */
#define COUNT(name_)                                                           \
    static void count_##name_(count_function *count,                           \
                              void (*fail)(unsigned successes));               \
    PROBE(count_with_threads_##name_)                                          \
    {                                                                          \
        count_##name_(by_threads, fail_threads);                               \
    }                                                                          \
    PROBE(count_with_processes_##name_)                                        \
    {                                                                          \
        count_##name_(by_processes, probe_fail_processes);                     \
    }                                                                          \
    static void count_##name_(                                                 \
        count_function *count,                                                 \
        __attribute__((unused)) void (*fail)(unsigned successes))

COUNT(works)
{
    note_before();
    put_returned(count(4, 1000));
    put_after();
}

COUNT(caller)
{
    note_before();
    put_returned(count(4, 1000));
    put_after();
}

COUNT(zero)
{
    probe_put_int("no_increments", count(3, 0));
    put_returned(count(0, 1000));
}

COUNT(one)
{
    probe_put_int("one_of_one", count(1, 1));
    put_returned(count(1, 1000));
}

COUNT(many)
{
    note_before();
    put_returned(count(MANY, 100));
    put_after();
}

COUNT(large)
{
    put_returned(count(4, 20000));
}

static const int lags[] = {0, 1, -1, 2, -2, 3, -3, 5};

/* Increments that take some 60 ms of CPU time, by this function. */
static size_t enough_increments(count_function *count)
{
    enum { TRIED = 20000, LEAST = 20000, MOST = 4000000 };
    clock_t start = clock();

    count(1, TRIED);
    double seconds = (double)(clock() - start + 1) / CLOCKS_PER_SEC;
    double n = TRIED * 0.06 / seconds;
    return n < LEAST ? LEAST : n > MOST ? MOST : (size_t)n;
}

/* Two tasks go through the same code in step: both read before either writes,
   unless they see to it that they do not. Where that cannot be done they are
   stopped now and then, which takes more increments. */
COUNT(race)
{
    bool can_step = probe_tasks_can_step();
    size_t n = can_step ? 10 : enough_increments(count);
    int64_t lost = 0;

    for (size_t i = 0; i < sizeof lags / sizeof lags[0]; i++) {
        if (!can_step && i == 3)
            break;
        probe_tasks_note();
        if (can_step)
            probe_tasks_step(2, lags[i]);
        else
            probe_tasks_shake();
        int64_t got = count(2, n);
        probe_tasks_forget();
        if (got != (int64_t)(2 * n))
            lost = (int64_t)(2 * n) - got;
    }
    probe_put_int("increments", (int64_t)(2 * n));
    probe_put_int("lost", lost);
}

/* Instructions that the one task does more for 300 increments than for none:
   a loop has at least one for each. */
COUNT(one_at_a_time)
{
    unsigned long steps[2];

    children_before = count_of_children();
    for (int i = 0; i < 2; i++) {
        probe_tasks_note();
        probe_tasks_step(1, 0);
        put_returned(count(1, i == 0 ? 0 : 300));
        probe_tasks_forget();
        steps[i] = probe_tasks_steps();
    }
    probe_put_int("can_step", probe_tasks_can_step());
    probe_put_int("steps", (long)(steps[1] - steps[0]));
    put_unseen();
}

/* The fourth of five cannot be made. */
COUNT(failure)
{
    note_before();
    fail(3);
    put_returned(count(5, 1000));
    probe_fail_nothing();
    put_after();
}

COUNT(failure_first)
{
    note_before();
    fail(0);
    put_returned(count(5, 1000));
    probe_fail_nothing();
    put_after();
}

/* What each call leaves behind, if anything, adds up: no thread that nobody
   joined gives its stack back. */
COUNT(again)
{
    enum { CALLS = 70 };
    int right = 0;

    while (right < CALLS && count(4, 10) == 40)
        right++;
    probe_put_int("right", right);
}

COUNT(eintr)
{
    interrupt_start();
    long returned = count(2, 10);
    interrupt_stop();
    put_returned(returned);
}

COUNT(other_children)
{
    struct probe_bystanders b = probe_bystanders_make(RETURNED, 1);

    put_returned(count(2, 10));
    probe_cell_add(RETURNED, 1);
    probe_bystanders_put(b);
}

COUNT(exit)
{
    file_begin();
    put_returned(count(2, 10));
    file_put();
}

/* ---- sum_with_threads, sum_with_processes ------------------------------- */

typedef uint64_t sum_function(const uint32_t *v, size_t n, size_t workers);

static uint64_t sum_by_threads(const uint32_t *v, size_t n, size_t workers)
{
    return PROBE_CALL(sum_with_threads(v, n, workers));
}

static uint64_t sum_by_processes(const uint32_t *v, size_t n, size_t workers)
{
    return PROBE_CALL(sum_with_processes(v, n, workers));
}

#define SUM(name_)                                                             \
    static void sum_##name_(sum_function *sum,                                 \
                            void (*fail)(unsigned successes));                 \
    PROBE(sum_with_threads_##name_)                                            \
    {                                                                          \
        sum_##name_(sum_by_threads, fail_threads);                             \
    }                                                                          \
    PROBE(sum_with_processes_##name_)                                          \
    {                                                                          \
        sum_##name_(sum_by_processes, probe_fail_processes);                   \
    }                                                                          \
    static void sum_##name_(sum_function *sum, __attribute__((unused)) void (  \
                                                   *fail)(unsigned successes))

/* n numbers of 32 bits that look like chance, in memory that ends with them
   and can only be read. */
static uint32_t *numbers(size_t n, unsigned meet)
{
    uint32_t *v = probe_meeting_memory(n * sizeof *v);

    for (size_t i = 0; i < n; i++)
        v[i] = (uint32_t)((i + 1) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
    probe_meeting_close(v, n * sizeof *v, meet);
    return v;
}

/* What v[0] to v[n - 1] add up to, from how numbers() made them. */
static uint64_t right_sum(size_t n)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum += (uint32_t)((i + 1) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
    return sum;
}

/* How much the result is beside the right one: 0, if all is well. */
static void put_sum(uint64_t got, size_t n)
{
    probe_put_int("off", (int64_t)(got - right_sum(n)));
}

SUM(works)
{
    const uint32_t *v = numbers(1000, 0);

    note_before();
    put_sum(sum(v, 1000, 4), 1000);
    put_after();
}

SUM(caller)
{
    const uint32_t *v = numbers(1000, 0);

    note_before();
    put_sum(sum(v, 1000, 4), 1000);
    put_after();
}

/* Four workers, each of whom is held where it first reads a number until all
   four are there. */
SUM(side_by_side)
{
    enum { N = 1 << 18 };
    const uint32_t *v = numbers(N, 4);

    probe_tasks_note();
    put_sum(sum(v, N, 4), N);
    probe_tasks_forget();
    signal(SIGSEGV, SIG_DFL);
}

SUM(few)
{
    const uint32_t *v = numbers(3, 0);
    uint64_t none = sum(NULL, 0, 4), one = sum(v, 1, 4);

    probe_put_int("none", (int64_t)none);
    probe_put_int("one", (int64_t)(one - right_sum(1)));
    put_sum(sum(v, 3, 8), 3);
}

/* Each number of numbers from 1 to 13, by each number of workers from 1 to
   5: the first one that went wrong. */
SUM(cut)
{
    size_t wrong_n = 0, wrong_workers = 0;
    int64_t off = 0;

    for (size_t n = 1; n <= 13 && off == 0; n++)
        for (size_t workers = 1; workers <= 5 && off == 0; workers += 2) {
            uint32_t *v = numbers(n, 0);
            off = (int64_t)(sum(v, n, workers) - right_sum(n));
            wrong_n = n;
            wrong_workers = workers;
        }
    probe_put_int("off", off);
    probe_put_int("n", (long)wrong_n);
    probe_put_int("workers", (long)wrong_workers);
}

SUM(many)
{
    const uint32_t *v = numbers(1000, 0);

    note_before();
    put_sum(sum(v, 1000, MANY), 1000);
    put_after();
}

/* One worker, and many of them. */
SUM(workers)
{
    const uint32_t *v = numbers(1000, 0);

    children_before = count_of_children();
    for (int i = 0; i < 2; i++) {
        size_t workers = i == 0 ? 1 : MANY;
        probe_tasks_note();
        sum(v, 1000, workers);
        probe_tasks_forget();
        probe_put_int(i == 0 ? "of_one" : "of_many",
                      probe_tasks_threads() + probe_tasks_processes());
    }
    put_unseen();
}

/* A prime number of them; more than 32 bits in each part. */
SUM(large)
{
    enum { N = 1000003 };
    const uint32_t *v = numbers(N, 0);

    put_sum(sum(v, N, 7), N);
}

SUM(race)
{
    const uint32_t *v = numbers(8, 0);
    int64_t off = 0;

    for (size_t i = 0; i < sizeof lags / sizeof lags[0]; i++) {
        probe_tasks_note();
        probe_tasks_step(2, lags[i]);
        uint64_t got = sum(v, 8, 2);
        probe_tasks_forget();
        if (got != right_sum(8))
            off = (int64_t)(got - right_sum(8));
    }
    probe_put_int("off", off);
}

/* None, one, two, three of four can be made. */
SUM(failure)
{
    const uint32_t *v = numbers(1000, 0);

    for (unsigned successes = 0; successes < 4; successes++) {
        char key[] = "off_0";
        probe_tasks_note();
        fail(successes);
        uint64_t got = sum(v, 1000, 4);
        probe_fail_nothing();
        probe_tasks_forget();
        key[4] = (char)('0' + successes);
        probe_put_int(key, (int64_t)(got - right_sum(1000)));
    }
    probe_put_int("left", probe_tasks_left());
}

SUM(again)
{
    enum { CALLS = 70 };
    const uint32_t *v = numbers(100, 0);
    int right = 0;

    probe_tasks_note();
    while (right < CALLS && sum(v, 100, 4) == right_sum(100) &&
           probe_failed_threads() == 0 && probe_failed_processes() == 0)
        right++;
    probe_tasks_forget();
    probe_put_int("right", right);
}

SUM(eintr)
{
    const uint32_t *v = numbers(100, 0);

    interrupt_start();
    uint64_t got = sum(v, 100, 2);
    interrupt_stop();
    put_sum(got, 100);
}

SUM(other_children)
{
    const uint32_t *v = numbers(100, 0);
    struct probe_bystanders b = probe_bystanders_make(RETURNED, 1);

    put_sum(sum(v, 100, 2), 100);
    probe_cell_add(RETURNED, 1);
    probe_bystanders_put(b);
}

SUM(exit)
{
    const uint32_t *v = numbers(100, 0);

    file_begin();
    put_sum(sum(v, 100, 2), 100);
    file_put();
}

/* ---- call_isolated ------------------------------------------------------ */

typedef int called_function(void *arg, void *result);

/* What it left in *wstatus; a value that no wait status has, if nothing. */
static int wstatus;

static int isolated(called_function *fn, void *arg, void *result, size_t len)
{
    wstatus = 0x7a7a7a;
    return PROBE_CALL(call_isolated(fn, arg, result, len, &wstatus));
}

/* Call it, and put under KEY what it returned, under KEY_code or KEY_signal
   what it says of the process (-1: it did not end so). */
static int put_isolated(const char *key, called_function *fn, void *arg,
                        void *result, size_t len)
{
    char name[48];
    int returned = isolated(fn, arg, result, len);
    int error = errno;

    probe_put_int(key, returned);
    snprintf(name, sizeof name, "%s_code", key);
    probe_put_int(name, WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : -1);
    snprintf(name, sizeof name, "%s_signal", key);
    probe_put_int(name, WIFSIGNALED(wstatus) ? WTERMSIG(wstatus) : -1);
    errno = error;
    return returned;
}

/* Say hello, and return 42. */
static int say_hello(void *arg, void *result)
{
    (void)arg;
    memcpy(result, "hello", 5);
    return 42;
}

/* Return *arg. */
static int return_arg(void *arg, void *result)
{
    (void)result;
    return *(int *)arg;
}

PROBE(call_isolated_works)
{
    char buf[8] = "#######";

    note_before();
    put_returned(put_isolated("hello", say_hello, NULL, buf, 5));
    put_after();
    probe_put_bytes("result", buf, 7);
}

static int a_variable = 1;

static int change_things(void *arg, void *result)
{
    probe_put_int("pid", getpid());
    probe_put_int("misaligned",
                  (long)((uintptr_t)result % alignof(max_align_t)));
    a_variable = 2;
    *(int *)arg = 2;
    setenv("PROCLAB_CHANGED", "yes", 1);
    return 0;
}

PROBE(call_isolated_isolated)
{
    int another = 1;
    max_align_t result;

    probe_put_int("caller", getpid());
    put_returned(isolated(change_things, &another, &result, sizeof result));
    probe_put_int("a_variable", a_variable);
    probe_put_int("another", another);
}

PROBE(call_isolated_value)
{
    static const struct {
        const char *key;
        int value;
    } rows[] = {{"of_0", 0},       {"of_1", 1},     {"of_255", 255},
                {"of_256", 256},   {"of_511", 511}, {"of_minus_1", -1},
                {"of_minus_2", -2}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        int value = rows[i].value;
        char byte = 0;
        put_isolated(rows[i].key, return_arg, &value, &byte, 1);
    }
}

/* The ways in which a function does not return. Each fills a part of the
   result first. */
static char *volatile nowhere;

static int write_nowhere(void *arg, void *result)
{
    (void)arg;
    memset(result, 'x', 3);
    *nowhere = 1;
    return 0;
}

static int call_abort(void *arg, void *result)
{
    (void)arg;
    memset(result, 'x', 3);
    abort();
}

static int kill_itself(void *arg, void *result)
{
    (void)arg;
    memset(result, 'x', 3);
    probe_signal(getpid(), SIGKILL);
    return 0;
}

static int exit_by_arg(void *arg, void *result)
{
    memset(result, 'x', 8);
    exit(*(int *)arg);
}

static int exit_at_once_by_arg(void *arg, void *result)
{
    memset(result, 'x', 8);
    _exit(*(int *)arg);
}

PROBE(call_isolated_crash)
{
    char buf[8];

    put_isolated("segv", write_nowhere, NULL, buf, sizeof buf);
    put_isolated("abort", call_abort, NULL, buf, sizeof buf);
    put_isolated("kill", kill_itself, NULL, buf, sizeof buf);
}

PROBE(call_isolated_exits)
{
    char buf[8];
    int zero = 0, seven = 7;

    put_isolated("exit_0", exit_by_arg, &zero, buf, sizeof buf);
    put_isolated("exit_7", exit_by_arg, &seven, buf, sizeof buf);
    put_isolated("_exit_0", exit_at_once_by_arg, &zero, buf, sizeof buf);
    put_isolated("_exit_7", exit_at_once_by_arg, &seven, buf, sizeof buf);
}

static void put_untouched(char *buf)
{
    int zero = 0;

    memset(buf, '#', 8);
    isolated(write_nowhere, NULL, buf, 8);
    probe_put_bytes("after_crash", buf, 8);
    memset(buf, '#', 8);
    isolated(exit_by_arg, &zero, buf, 8);
    probe_put_bytes("after_exit", buf, 8);
    memset(buf, '#', 8);
    put_returned(isolated(exit_at_once_by_arg, &zero, buf, 8));
    probe_put_bytes("after__exit", buf, 8);
}

PROBE(call_isolated_untouched)
{
    char buf[8];

    put_untouched(buf);
}

PROBE(call_isolated_untouched_shared)
{
    char *buf = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    probe_must(buf != MAP_FAILED);
    put_untouched(buf);
}

PROBE(call_isolated_empty)
{
    int seven = 7;

    put_returned(isolated(return_arg, &seven, NULL, 0));
}

static int fill(void *arg, void *result)
{
    probe_pattern_fill(result, *(size_t *)arg);
    return 3;
}

/* What is on the stack must be less than half of that. */
PROBE(call_isolated_large)
{
    size_t len = LARGE + 3;
    struct rlimit limit;

    probe_must(getrlimit(RLIMIT_STACK, &limit) == 0);
    limit.rlim_cur = LARGE / 2;
    probe_must(setrlimit(RLIMIT_STACK, &limit) == 0);
    char *buf = calloc(1, len + 1);

    probe_must(buf != NULL);
    put_returned(isolated(fill, &len, buf, len));
    probe_put_int("right", (long)probe_pattern_check(buf, len));
    probe_put_int("beyond", buf[len]);
}

/* One returns, the next does not, the third does. */
PROBE(call_isolated_again)
{
    char buf[8] = "";
    int five = 5;

    probe_put_int("first", isolated(return_arg, &five, buf, 1));
    probe_put_int("second", isolated(write_nowhere, NULL, buf, 8));
    probe_put_int("third", isolated(say_hello, NULL, buf, 5));
    probe_put_bytes("result", buf, 5);
}

PROBE(call_isolated_failure)
{
    char buf[8] = "#######";

    note_before();
    probe_fail_processes(0);
    put_returned(isolated(say_hello, NULL, buf, 5));
    probe_fail_nothing();
    put_after();
    probe_put_bytes("result", buf, 7);
}

static int wait_for_ticks(void *arg, void *result)
{
    (void)arg, (void)result;
    meet_ticks(TICKS_WANTED);
    return 9;
}

PROBE(call_isolated_eintr)
{
    char buf[8];

    interrupt_start();
    int returned = isolated(wait_for_ticks, NULL, buf, sizeof buf);
    interrupt_stop();
    put_returned(returned);
}

PROBE(call_isolated_other_children)
{
    struct probe_bystanders b = probe_bystanders_make(RETURNED, 1);
    char buf[8];

    put_returned(isolated(say_hello, NULL, buf, 5));
    probe_cell_add(RETURNED, 1);
    probe_bystanders_put(b);
}

PROBE(call_isolated_exit)
{
    char buf[8];

    file_begin();
    put_returned(isolated(say_hello, NULL, buf, 5));
    file_put();
}
