/*
 * grade.c - lab 05: what is claimed of the student's functions, a claim for
 * each sentence of exercise.h. The probe of a claim is FUNCTION_NAME in
 * probes.c unless .probe says otherwise.
 *
 * Nothing is graded by how long it took. Where a result must lie follows from
 * what was done meanwhile: not below the time for which the byte was held up
 * on its way, not above what the whole call took.
 *
 * Not observed, and so not claimed: that memory which runs out in summarize()
 * gives -1 (malloc would have to fail at a call that only the student knows),
 * that read_switch_counts() goes on after EINTR (reading /proc is not
 * interrupted), and counts beyond 2^32 (no task here has so many). With one CPU
 * only, a caller that is not bound cannot be told from one that is.
 */
#include "gradekit/claim.h"

#include "model/snapshot.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- what several claims look at ---------------------------------------- */

/* A number that the probe put; -1: it did not. */
static int64_t number(const struct record *r, const char *key)
{
    int64_t value;

    return record_int(r, key, &value) ? value : -1;
}

static const char *text(const struct record *r, const char *key)
{
    const char *value = record_text(r, key);

    return value ? value : "?";
}

/* ---- read_switch_counts ------------------------------------------------- */

static void expect_counts(const struct record *r)
{
    static const char *const keys[] = {"voluntary", "involuntary"};

    expect_returned(r, 0);
    for (int i = 0; i < 2; i++) {
        char right[64];
        snprintf(right, sizeof right, "right_%s", keys[i]);
        expect_int(r, keys[i], number(r, right), keys[i]);
    }
}

CLAIM(read_switch_counts, works, .points = 2,
      .says = "reads both counts of another process's main thread",
      .hint = "/proc/PID/status ends with voluntary_ctxt_switches and "
              "nonvoluntary_ctxt_switches.")
{
    expect_counts(r);
}

CLAIM(read_switch_counts, both_kinds, .points = 3,
      .says = "tells voluntary switches from involuntary ones",
      .hint = "\"voluntary\" is a part of \"nonvoluntary\": where does your "
              "comparison begin?")
{
    expect_counts(r);
}

CLAIM(read_switch_counts, thread, .points = 2,
      .says = "reads the counts of one thread alone, of another process",
      .hint = "/proc/TID is there for each thread, though ls does not show "
              "it; /proc/self/task has your own threads only.")
{
    expect_counts(r);
}

CLAIM(read_switch_counts, own_thread, .points = 1,
      .says = "reads the counts of another thread of the caller's own process",
      .hint = "getrusage(2) knows RUSAGE_THREAD, the calling one; here it is "
              "another one.")
{
    expect_counts(r);
}

CLAIM(read_switch_counts, follows, .points = 1,
      .says = "reads them anew each time",
      .hint = "Is a stream, a buffer or a result kept from the first call?")
{
    expect_returned(r, 0);
    expect(number(r, "more") >= number(r, "least"), NULL,
           "after 25 sleeps: as many voluntary switches more as there were",
           "%lld more, where there were at least %lld",
           (long long)number(r, "more"), (long long)number(r, "least"));
    expect_int(r, "too_many", 0, "more than there were (1: yes)");
}

CLAIM(read_switch_counts, gone, .points = 2,
      .says = "returns -1 with ESRCH or ENOENT if there is no such task",
      .hint = "open(2) fails with ENOENT where /proc has no such folder; keep "
              "errno.")
{
    expect(number(r, "returned") == -1 &&
               (number(r, "errno") == ESRCH || number(r, "errno") == ENOENT),
           NULL, "read_switch_counts returns -1 [ESRCH] or -1 [ENOENT]",
           "it returned %lld, errno %lld (%s)",
           (long long)number(r, "returned"), (long long)number(r, "errno"),
           strerror((int)number(r, "errno")));
    expect_same_caller(r);
}

CLAIM(read_switch_counts, caller, .points = 1, .hygiene_of = "works",
      .probe = "read_switch_counts_works",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint = "What you open you close, on each way out.")
{
    expect_same_caller(r);
    expect_alone(r);
}

/* ---- pin_to_cpu --------------------------------------------------------- */

static void expect_pinned(const struct record *r)
{
    expect_returned(r, 0);
    expect_text(r, "cpus", text(r, "wanted_cpus"),
                "CPUs that the calling thread may run on");
    expect_int(r, "runs_there", 1, "it runs there already (1: yes)");
}

CLAIM(pin_to_cpu, works, .points = 2, .says = "binds the caller to one CPU",
      .hint = "CPU_ZERO(3), CPU_SET(3), sched_setaffinity(2).")
{
    expect_pinned(r);
}

CLAIM(pin_to_cpu, elsewhere, .points = 1,
      .says = "binds it to another CPU than the one it is bound to",
      .hint = "The new set need not be a part of the old one.")
{
    expect_pinned(r);
}

CLAIM(pin_to_cpu, alone, .points = 2,
      .says = "leaves the caller's other threads and children where they are",
      .hint = "The calling thread is 0 for sched_setaffinity(2): one task, "
              "not a process.")
{
    expect_pinned(r);
    expect_unchanged(r, "changed_other", "another thread: as before");
    expect_unchanged(r, "changed_child", "a child: as before");
}

CLAIM(pin_to_cpu, thread, .points = 1,
      .says = "called in a second thread, binds that one and not the first",
      .hint = "getpid() is the first thread's ID, whoever asks.")
{
    expect_pinned(r);
    expect_unchanged(r, "changed_other", "the main thread: as before");
}

static void expect_no_cpu(const struct record *r)
{
    char observed[96];

    snprintf(observed, sizeof observed, "pin_to_cpu(%lld) returned %lld",
             (long long)number(r, "cpu"), (long long)number(r, "returned"));
    expect(number(r, "returned") == -1 && number(r, "errno") == EINVAL, NULL,
           "-1 [EINVAL]", "%s, errno %lld (%s)", observed,
           (long long)number(r, "errno"), strerror((int)number(r, "errno")));
    expect_unchanged(r, "changed_cpus", "then the caller is bound as before");
    expect_same_caller(r);
}

CLAIM(pin_to_cpu, negative, .points = 1,
      .says = "returns -1 with EINVAL for a negative number",
      .hint = "What is CPU_SET(-1, &set)? Look first.")
{
    expect_no_cpu(r);
}

CLAIM(pin_to_cpu, too_large, .points = 1,
      .says = "returns -1 with EINVAL for CPU_SETSIZE and beyond",
      .hint = "A cpu_set_t has CPU_SETSIZE bits: what is beyond is none of "
              "them.")
{
    expect_no_cpu(r);
}

CLAIM(pin_to_cpu, missing, .points = 1,
      .says = "returns -1 with EINVAL for a CPU that this machine has not",
      .hint = "sched_setaffinity(2) says so by itself; "
              "pthread_setaffinity_np(3) returns the number and sets no "
              "errno.")
{
    if (number(r, "cpu") != -1)
        expect_no_cpu(r);
}

CLAIM(pin_to_cpu, caller, .points = 1, .hygiene_of = "works",
      .probe = "pin_to_cpu_works",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint = "Three lines will do.")
{
    expect_same_caller(r);
    expect_alone(r);
}

/* ---- process_switch_ns and thread_switch_ns ----------------------------- */

/* A claim of each of the two. */
#define BOTH(name_, ...)                                                       \
    static void judge_##name_(const struct record *r);                         \
    CLAIM(process_switch_ns, name_, .probe = "process_switch_ns_" #name_,      \
          __VA_ARGS__)                                                         \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    CLAIM(thread_switch_ns, name_, .probe = "thread_switch_ns_" #name_,        \
          __VA_ARGS__)                                                         \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    static void judge_##name_(const struct record *r)

/* The same, with the probe of another one. */
#define BOTH_BY(name_, probe_, ...)                                            \
    static void judge_##name_(const struct record *r);                         \
    CLAIM(process_switch_ns, name_, .probe = "process_switch_ns_" #probe_,     \
          __VA_ARGS__)                                                         \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    CLAIM(thread_switch_ns, name_, .probe = "thread_switch_ns_" #probe_,       \
          __VA_ARGS__)                                                         \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    static void judge_##name_(const struct record *r)

static void expect_time(const struct record *r)
{
    expect(number(r, "is_time") == 1, NULL,
           "a time in nanoseconds, more than 0", "%s returned %s", r->call,
           text(r, "result"));
}

/* All is as before, too. */
static void expect_nothing_left(const struct record *r)
{
    expect_unchanged(r, "changed_cpus", "the caller is bound as before");
    expect_same_caller(r);
    expect_alone(r);
}

static void expect_refused(const struct record *r)
{
    expect(number(r, "is_refused") == 1, NULL, "a number below 0",
           "%s returned %s", r->call, text(r, "result"));
    expect_nothing_left(r);
}

/* The bytes that went through. The kernel counts those of a child only when it
   was waited for; the calls of libc's write(2) are seen besides. */
static int64_t bytes_moved(const struct record *r)
{
    int64_t bytes = number(r, "bytes"), writes = number(r, "writes_seen");

    return bytes > writes ? bytes : writes;
}

static void expect_moved(const struct record *r)
{
    long long moved = bytes_moved(r), wanted = 2 * number(r, "rounds");

    expect_time(r);
    expect(moved >= wanted, NULL,
           "a byte there and a byte back in each round: the kernel counts at "
           "least 2 * rounds of them",
           "%lld written in %lld rounds", moved,
           (long long)number(r, "rounds"));
}

BOTH(works, .points = 2,
     .says = "sends a byte there and back `rounds` times, and says how long "
             "that took",
     .hint = "One side writes and then reads, the other one reads and then "
             "writes. (3,000 rounds; bytes are counted by /proc/self/io.)")
{
    expect_moved(r);
}

/* Who is to run must wait until the other one does not: on one CPU, each way
   is a switch. Two are lost at the ends. */
static void judge_switches(const struct record *r)
{
    long long switches = number(r, "switches"), rounds = number(r, "rounds");

    expect_moved(r);
    expect(switches >= 2 * rounds - 2, NULL,
           "two switches in each round, there and back",
           "%lld switches in %lld rounds", switches, rounds);
}

CLAIM(process_switch_ns, switches, .points = 3,
      .probe = "process_switch_ns_works",
      .says = "makes two context switches in each round",
      .hint = "read(2) from an empty pipe gives the CPU away: wait for each "
              "byte before you send the next one, both on one CPU. (A child "
              "that is not waited for is not "
              "counted.)")
{
    judge_switches(r);
}

CLAIM(thread_switch_ns, switches, .points = 2,
      .probe = "thread_switch_ns_works",
      .says = "makes two context switches in each round",
      .hint = "read(2) from an empty pipe gives the CPU away: wait for each "
              "byte before you send the next one, both on one CPU.")
{
    judge_switches(r);
}

/* Bytes moved, but not by libc's write(2): they are counted, but were held up
   by nobody, and who sent them was not looked at. */
static bool is_unseen(const struct record *r)
{
    return number(r, "bytes") >= 2 * number(r, "rounds") &&
           number(r, "writes_seen") == 0;
}

/* Two sides were met while the byte was on its way. False: they are unseen. */
static bool expect_met(const struct record *r)
{
    expect_time(r);
    if (is_unseen(r))
        return false;
    expect(number(r, "writers") >= 2, NULL,
           "two sides that write to each other, met in the middle of it",
           "%lld that did so, %lld writes in %lld rounds",
           (long long)(number(r, "writers") > 0 ? number(r, "writers") : 0),
           (long long)number(r, "writes_seen"), (long long)number(r, "rounds"));
    return true;
}

CLAIM(process_switch_ns, processes, .points = 3,
      .probe = "process_switch_ns_held",
      .says = "sends it between two processes",
      .hint = "fork(2): two PIDs. Threads are the next function.")
{
    if (expect_met(r)) {
        expect_int(r, "writers_processes", 2, "processes that write");
        return;
    }
    long long rounds = number(r, "rounds"),
              switches = number(r, "switches_of_children");
    expect(switches >= rounds - 1, NULL, "a child that switches in each round",
           "%lld switches of child processes in %lld rounds", switches, rounds);
}

CLAIM(thread_switch_ns, threads, .points = 3, .probe = "thread_switch_ns_held",
      .says = "sends it between two threads of the caller's process",
      .hint = "pthread_create(3): one PID. Processes were the function "
              "before.")
{
    if (expect_met(r))
        expect_int(r, "writers_processes", 1, "processes that write");
    expect_int(r, "switches_of_children", 0, "switches of child processes");
}

BOTH_BY(pinned, held, .points = 3,
        .says = "has both of them, and no other thread, bound to `cpu` "
                "while it measures",
        .hint = "A child and a new thread are bound as the one that makes "
                "them is at that time. (Here the caller is bound to another "
                "CPU before, if there is one.)")
{
    if (expect_met(r))
        expect(number(r, "writers_bound") == number(r, "writers"), NULL,
               "each of the two may run on `cpu` alone", "%s",
               text(r, "elsewhere"));
    expect_unchanged(r, "changed_other",
                     "the caller's other threads are not "
                     "bound by it");
}

BOTH_BY(two_pipes, held, .points = 2, .hygiene_of = "works",
        .says = "uses two pipes, one for each direction",
        .hint = "In one pipe a side can read its own byte; something that is "
                "no pipe costs something else.")
{
    if (expect_met(r))
        expect_int(r, "writers_pipes", 2, "pipes that are written to");
}

/* Clocks differ a little, and coarse ones by some milliseconds. */
enum { SLACK_NS = 10000000 };

static void expect_between(const struct record *r)
{
    long long total = number(r, "total_ns"), wall = number(r, "wall_ns"),
              least = number(r, "least_ns");

    expect_time(r);
    expect(total <= wall + wall / 100 + SLACK_NS, NULL,
           "result * 2 * rounds is no more than the call took",
           "%s returned %s: in %lld rounds that is %.1f ms; the whole call "
           "took %.1f ms",
           r->call, text(r, "result"), (long long)number(r, "rounds"),
           (double)total / 1e6, (double)wall / 1e6);
    expect(least < 0 || total >= least - least / 100 - SLACK_NS, NULL,
           "result * 2 * rounds is no less than what was waited for: the byte "
           "was held up on its way",
           "%s returned %s: in %lld rounds that is %.1f ms; the byte was held "
           "up for %.1f ms",
           r->call, text(r, "result"), (long long)number(r, "rounds"),
           (double)total / 1e6, (double)least / 1e6);
}

BOTH(time, .points = 3,
     .says = "returns the time of all round trips, divided by 2 * rounds",
     .hint = "Take CLOCK_MONOTONIC before and after all of them: seconds "
             "and nanoseconds. A round has two ways. (Here three "
             "bytes are held up, for more than a second: an average shows it.)")
{
    expect_met(r);
    expect_between(r);
}

BOTH(only_trips, .points = 2, .hygiene_of = "time",
     .says = "measures the round trips alone, not how the other side is made, "
             "nor how it ends",
     .hint = "Take the time behind fork(2) or pthread_create(3), and before "
             "you wait for the other side's end. (Here each of these takes "
             "400 ms.)")
{
    long long total = number(r, "total_ns"), most = number(r, "most_ns");

    expect_time(r);
    expect(most < 0 || total <= most + most / 100 + SLACK_NS, NULL,
           "result * 2 * rounds is no more than the time from when the other "
           "side is made to when it ends",
           "%s returned %s: in %lld rounds that is %.1f ms; between the two "
           "were %.1f ms",
           r->call, text(r, "result"), (long long)number(r, "rounds"),
           (double)total / 1e6, (double)most / 1e6);
}

BOTH(not_subtracted, .points = 2, .hygiene_of = "works",
     .says = "subtracts nothing: a slow pipe shows in the result",
     .hint = "What read(2) and write(2) cost themselves is for your caller to "
             "subtract. (Here each write takes a millisecond.)")
{
    expect_between(r);
}

BOTH_BY(one_byte, works, .points = 1, .hygiene_of = "works",
        .says = "sends one byte at a time",
        .hint = "The third argument of write(2).")
{
    long long bytes = number(r, "bytes"), calls = number(r, "calls");

    expect(bytes < 0 || bytes <= calls + calls / 2, NULL, "one byte a write",
           "%lld bytes in %lld writes", bytes, calls);
}

BOTH(one_round, .points = 1, .says = "measures one round, too",
     .hint = "Is rounds divided by something, or one of them left out?")
{
    expect_moved(r);
}

BOTH(rounds_zero, .points = 1, .hygiene_of = "works",
     .says = "returns a number below 0 if rounds is 0",
     .hint = "0.0 / 0 is no number, and so not below 0 either.")
{
    expect_refused(r);
}

BOTH(no_such_cpu, .points = 1, .hygiene_of = "works",
     .says = "returns a number below 0 if there is no such CPU",
     .hint = "pin_to_cpu() says whether there is.")
{
    expect_unchanged(r, "measured", "a number below 0");
    expect_nothing_left(r);
}

/* What did not fail, since it was made in another way, is no mistake. */
static void judge_nothing_made(const struct record *r)
{
    if (number(r, "is_time") == 1 &&
        bytes_moved(r) >= 2 * number(r, "rounds") &&
        number(r, "switches") >= 2 * number(r, "rounds") - 2)
        expect_nothing_left(r);
    else
        expect_refused(r);
}

CLAIM(process_switch_ns, no_process, .points = 1, .hygiene_of = "works",
      .probe = "process_switch_ns_nothing_made",
      .says = "returns a number below 0 if no process can be made",
      .hint = "fork(2) fails, too: with -1, and nobody is there to answer. "
              "Close the pipes, and be bound as before.")
{
    judge_nothing_made(r);
}

CLAIM(thread_switch_ns, no_thread, .points = 1, .hygiene_of = "works",
      .probe = "thread_switch_ns_nothing_made",
      .says = "returns a number below 0 if no thread can be made",
      .hint = "pthread_create(3) fails, too: it returns an error number, "
              "which is not -1. Close the pipes, and be bound as before.")
{
    judge_nothing_made(r);
}

BOTH(no_pipe, .points = 1, .hygiene_of = "works",
     .says = "returns a number below 0 if a pipe cannot be made",
     .hint = "Here the first pipe can be made and the second one not: close "
             "the first, and be bound as before.")
{
    expect_refused(r);
}

static void judge_eintr(const struct record *r)
{
    expect_moved(r);
    expect(number(r, "out_of_turn") <= 3, NULL,
           "after an interrupted read(2) the byte is still waited for",
           "%lld times a side wrote again before the other one had answered",
           (long long)number(r, "out_of_turn"));
    expect_alone(r);
}

CLAIM(process_switch_ns, eintr, .points = 2,
      .says = "goes on when signal handlers interrupt it",
      .hint = "read(2), write(2) and waitpid(2) fail with EINTR when a handler "
              "without SA_RESTART has run: call them again.")
{
    judge_eintr(r);
}

CLAIM(thread_switch_ns, eintr, .points = 1,
      .says = "goes on when signal handlers interrupt it",
      .hint = "read(2) and write(2) fail with EINTR when a handler without "
              "SA_RESTART has run: call them again.")
{
    judge_eintr(r);
}

BOTH(bound_as_before, .points = 2, .hygiene_of = "works",
     .says = "leaves the caller on the CPUs that it could use before",
     .hint = "sched_getaffinity(2) first, and put that set back: it need not "
             "be all CPUs. Of the calling thread: 0, not getpid().")
{
    expect_unchanged(r, "changed_cpus",
                     "a caller that was not bound is not bound");
    expect_unchanged(r, "changed_cpus_of_bound",
                     "a second thread that was bound to one CPU, and called "
                     "it, is bound to that");
    expect_unchanged(r, "changed_other",
                     "the first thread meanwhile is not bound by it");
}

BOTH(other_children, .points = 1, .hygiene_of = "works",
     .says = "leaves the caller's other children alone",
     .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and -1 "
             "take any child.")
{
    expect_others_left(r);
}

CLAIM(process_switch_ns, no_zombie, .points = 1, .hygiene_of = "works",
      .probe = "process_switch_ns_works",
      .says = "waits for its child: when it returns none is left",
      .hint = "Close what the child reads from, so that it sees EOF, and "
              "waitpid(2).")
{
    expect_alone(r);
}

CLAIM(thread_switch_ns, no_thread_left, .points = 1, .hygiene_of = "works",
      .probe = "thread_switch_ns_works",
      .says = "joins its thread: when it returns none is left",
      .hint = "Close what the thread reads from, so that it sees EOF, and "
              "pthread_join(3).")
{
    const struct snapshot *s = record_look(r, "end");
    const struct process *p = s ? snapshot_find(s, r->caller_pid) : NULL;

    expect(p && p->n_threads == 1, NULL,
           "when it returns, the caller has the one thread that it had",
           "it has %d", p ? p->n_threads : 0);
    expect_alone(r);
}

BOTH_BY(no_leak, works, .points = 1, .hygiene_of = "works",
        .says = "leaves the caller's fds, signals and environment alone, "
                "prints nothing",
        .hint = "Two pipes have four ends: close each one, once.")
{
    expect_same_caller(r);
}

CLAIM(process_switch_ns, exit, .points = 1, .hygiene_of = "works",
      .says = "leaves what the caller has in its stdio buffers alone",
      .hint = "The child has a copy of the caller's buffers, and exit(3) "
              "writes them out: _exit(2) does not.")
{
    expect_written_once(r);
}

/* ---- summarize ---------------------------------------------------------- */

static void expect_summary(const struct record *r, const char *min,
                           const char *median, const char *p99,
                           const char *mean)
{
    expect_returned(r, 0);
    expect_text(r, "min", min, "min");
    expect_text(r, "median", median, "median");
    expect_text(r, "p99", p99, "p99");
    expect_text(r, "mean", mean, "mean");
}

CLAIM(summarize, works, .points = 2,
      .says = "sums up five samples that are in no order",
      .hint = "7, 1, 5, 2, 10. In order: 1, 2, 5, 7, 10.")
{
    expect_summary(r, "1", "5", "10", "5");
}

CLAIM(summarize, one, .points = 1, .says = "sums up one sample",
      .hint = "With n 1 each rank is 1, and the sample is all four.")
{
    expect_summary(r, "42.5", "42.5", "42.5", "42.5");
}

CLAIM(summarize, none, .points = 1, .says = "returns -1 with EINVAL if n is 0",
      .hint = "samples[0] is nowhere, and the mean is 0 / 0.")
{
    expect_failed(r, EINVAL);
    expect_same_caller(r);
}

CLAIM(summarize, unchanged, .points = 2, .hygiene_of = "works",
      .says = "leaves the samples as they are, in their order",
      .hint = "Sort a copy. (qsort(3) takes a void *: a cast hides that the "
              "samples are const.)")
{
    expect_returned(r, 0);
    expect_int(r, "is_changed", 0, "the samples are others (1: yes)");
}

CLAIM(summarize, nearest_rank, .points = 2, .hygiene_of = "works",
      .says = "takes the sample of rank ceil(n / 2) for the median",
      .hint = "Of 1, 2, 3, 4 it is 2: the nearest rank is a sample, not "
              "between two. Ranks begin with 1, arrays with 0.")
{
    expect_unchanged(r, "wrong", "the sample of rank ceil(50 * n / 100)");
}

CLAIM(summarize, p99, .points = 2, .hygiene_of = "works",
      .says = "takes the sample of rank ceil(99 * n / 100) for the 99th "
              "percentile",
      .hint = "Of 100 samples it is the 99th, of 101 the 100th, of 99 the "
              "last.")
{
    expect_unchanged(r, "wrong", "the sample of rank ceil(99 * n / 100)");
}

CLAIM(summarize, order, .points = 1, .hygiene_of = "works",
      .says = "orders fractions, negative numbers and very different ones",
      .hint = "A comparison function returns an int: the difference of 0.5 "
              "and 0.25 is none, nor is that of 6e9 and -3e9.")
{
    expect_summary(r, "-3000000000", "0.3", "6000000000", "300000000.221");
}

CLAIM(summarize, ties, .points = 1, .hygiene_of = "works",
      .says = "counts equal samples each by itself",
      .hint = "3 five times and 1 three times are eight samples.")
{
    expect_summary(r, "1", "3", "3", "2.25");
}

CLAIM(summarize, large, .points = 1, .hygiene_of = "works",
      .says = "sums up 20,000 samples, and leaves the caller alone",
      .hint = "Is there an array of fixed size, or one on the stack? (That may "
              "not grow here.) malloc(3), and look whether it could.")
{
    expect_summary(r, "1", "10000", "19800", "10000.5");
    expect_same_caller(r);
}

GRADER
