/*
 * grade.c - lab 06: what is claimed of the student's functions, a claim for
 * each sentence of exercise.h. The probe of a claim is FUNCTION_NAME in
 * probes.c unless .probe says otherwise.
 *
 * Not observed, and so not claimed: that memory which cannot be had is told by
 * -1, or made up for by the caller (mmap or malloc would have to fail at a call
 * that only the student knows); counts that need more than 32 bits (it would
 * take minutes to count so far); and that there is one counter, and not one for
 * each task that are added up in the end: nothing that can be seen tells one
 * from the other.
 *
 * What is made by a raw clone(2) goes past the probes: it cannot be let fail,
 * and is not counted. Who makes children so is judged by what came of it.
 *
 * A race is judged by what comes of it where two tasks run instruction by
 * instruction in step (gradekit/probe/tasks.h), so not by luck. On a machine
 * where that cannot be done (so far: all but x86-64) counters are judged by what
 * comes of it where tasks are stopped some hundred times in the middle of what
 * they do, and sums only by the result.
 */
#include "gradekit/claim.h"

#include "gradekit/shared.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { LARGE = 1 << 20 };

/* ---- what several claims look at ---------------------------------------- */

/* All tasks of its have ended. (They do nothing before the caller sleeps.) */
static void expect_ended(const struct record *r)
{
    expect_int(r, "running", 0,
               "threads and processes of its that run when it returns");
    expect_int(r, "left", 0, "threads that run on when it has returned");
}

/* Nothing of the caller's is otherwise, its CPUs included, and nobody is left. */
static void expect_as_before(const struct record *r)
{
    expect_unchanged(r, "changed_affinity",
                     "the caller may run on the same CPUs as before");
    expect_same_caller(r);
    expect_ended(r);
}

/* Among the claim's own: it came back, and once. */
static void expect_end(const struct record *r)
{
    char *how = record_describe_end(r);

    expect(how == NULL, NULL, "the call returns", "%s", how ? how : "");
    expect(r->extra_returns == 0,
           "A forked child must leave by _exit(2), or it goes on in the "
           "caller's code.",
           "one call returns once, in the caller",
           "two returns from one call: a child that the function forked "
           "returned into the caller's code, too");
}

/* Children that were made in a way that the probe does not see. */
static bool is_unseen(const struct record *r)
{
    int64_t unseen = 0;

    return record_int(r, "unseen", &unseen) && unseen != 0;
}

/* So many new ones of that kind, none of the other. */
static void expect_tasks(const struct record *r, const char *kind,
                         const char *other, int n)
{
    char what[64];

    snprintf(what, sizeof what, "new %s that it made", kind);
    if (strcmp(kind, "processes") != 0 || !is_unseen(r))
        expect_int(r, kind, n, what);
    snprintf(what, sizeof what, "new %s that it made", other);
    expect_int(r, other, 0, what);
}

static void judge_other_children(const struct record *r)
{
    expect_others_left(r);
}

static void judge_exit(const struct record *r)
{
    expect_written_once(r);
}

/* A claim of two functions, and its body. */
#define BOTH(one_, other_, name_, ...)                                         \
    static void judge_##one_##_##name_(const struct record *r);                \
    CLAIM(one_, name_, __VA_ARGS__)                                            \
    {                                                                          \
        judge_##one_##_##name_(r);                                             \
    }                                                                          \
    CLAIM(other_, name_, __VA_ARGS__)                                          \
    {                                                                          \
        judge_##one_##_##name_(r);                                             \
    }                                                                          \
    static void judge_##one_##_##name_(const struct record *r)

#define COUNTS(name_, ...)                                                     \
    BOTH(count_with_threads, count_with_processes, name_, __VA_ARGS__)
#define SUMS(name_, ...)                                                       \
    BOTH(sum_with_threads, sum_with_processes, name_, __VA_ARGS__)

/* ---- count_with_threads, count_with_processes --------------------------- */

COUNTS(works, .points = 2, .says = "counts to 4,000 with 4 times 1,000",
       .hint = "Make them all, wait for them all, and then read the counter.")
{
    expect_returned(r, 4000);
}

CLAIM(count_with_threads, threads, .points = 2, .hygiene_of = "works",
      .probe = "count_with_threads_works",
      .says = "makes 4 new threads of the caller's process",
      .hint = "pthread_create(3), once for each; the caller only waits.")
{
    expect_tasks(r, "threads", "processes", 4);
}

CLAIM(count_with_processes, processes, .points = 2, .hygiene_of = "works",
      .probe = "count_with_processes_works",
      .says = "makes 4 new processes, and no thread",
      .hint = "fork(2), once for each; the counter lies in memory that "
              "children share: mmap(2) with MAP_SHARED | MAP_ANONYMOUS.")
{
    expect_tasks(r, "processes", "threads", 4);
}

COUNTS(zero, .points = 1, .says = "returns 0 for 0 tasks, and for 0 increments",
       .hint = "What do malloc(3) and mmap(2) do with a length of 0?")
{
    expect_int(r, "no_increments", 0, "result for 3 tasks and 0 increments");
    expect_returned(r, 0);
}

COUNTS(one, .points = 1, .says = "counts with 1 task",
       .hint = "Does it need two of them?")
{
    expect_int(r, "one_of_one", 1, "result for 1 task and 1 increment");
    expect_returned(r, 1000);
}

COUNTS(many, .points = 1, .says = "counts with 20 tasks",
       .hint = "Is there an array of fixed size?")
{
    expect_returned(r, 2000);
}

COUNTS(large, .points = 1, .says = "loses none of 4 times 20,000 increments",
       .hint = "Adding is three steps: read, add, write. What if another one "
               "writes in between?")
{
    expect_returned(r, 80000);
}

COUNTS(race, .points = 4,
       .says = "loses no increment where two tasks run in step, instruction by "
               "instruction",
       .hint = "Two tasks read the same value, both add 1, both write the same "
               "one back. An atomic addition (stdatomic.h), or a lock around "
               "it; between processes a lock must be in shared memory and be "
               "made for it (PTHREAD_PROCESS_SHARED).")
{
    int64_t increments = 0;
    char what[80];

    record_int(r, "increments", &increments);
    snprintf(what, sizeof what, "increments lost, of %lld",
             (long long)increments);
    expect_int(r, "lost", 0, what);
}

COUNTS(one_at_a_time, .points = 1, .hygiene_of = "works",
       .says = "adds 1 at a time, in the task that it made",
       .hint = "Which code does your new thread or process run, and how often?")
{
    int64_t can_step = 0, steps = 0;

    expect_returned(r, 300);
    record_int(r, "can_step", &can_step);
    record_int(r, "steps", &steps);
    expect(can_step == 0 || is_unseen(r) || steps >= 300, NULL,
           "the new task runs at least 300 instructions more for 300 "
           "increments than for none",
           "it runs %lld more", (long long)steps);
}

/* -1, since one could not be made; or the right result, if that could be. */
static void expect_no_task(const struct record *r)
{
    if (is_unseen(r))
        expect_returned(r, 5000);
    else
        expect_failed(r, EAGAIN);
}

COUNTS(failure, .points = 1,
       .says = "returns -1 with errno when the 4th of 5 cannot be made, and "
               "has ended the 3",
       .hint = "pthread_create(3) returns its error, and does not set errno; "
               "fork(2) sets it. Wait for those that were made, and keep errno "
               "meanwhile.")
{
    expect_no_task(r);
    expect_ended(r);
    expect_same_caller(r);
    expect_alone(r);
}

COUNTS(failure_first, .points = 1,
       .says = "returns -1 with errno when not even one can be made",
       .hint = "How many are there to wait for?")
{
    expect_no_task(r);
    expect_alone(r);
}

COUNTS(again, .points = 1, .hygiene_of = "works",
       .says = "is right 70 times in a row",
       .hint = "What of a call is still there in the next one? A thread that "
               "nobody joins keeps its stack; a process that nobody waits for "
               "is a zombie.")
{
    expect_int(r, "right", 70, "calls in a row that are right");
}

COUNTS(eintr, .points = 1, .hygiene_of = "works",
       .says = "goes on when signal handlers interrupt it",
       .hint = "waitpid(2) and sem_wait(3) fail with EINTR when a handler "
               "without SA_RESTART has run: call them again.")
{
    expect_returned(r, 20);
    expect_alone(r);
}

COUNTS(caller, .points = 1, .hygiene_of = "works",
       .says = "leaves the caller's fds, signals, CPUs and environment alone, "
               "prints nothing, leaves nobody behind",
       .hint = "Whatever you open, change or start for the purpose is undone "
               "when you return.")
{
    expect_as_before(r);
    expect_alone(r);
}

CLAIM(count_with_processes, other_children, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's other children alone",
      .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and -1 "
              "take any child.")
{
    judge_other_children(r);
}

CLAIM(count_with_processes, exit, .points = 1, .hygiene_of = "works",
      .says = "leaves what the caller has in its stdio buffers alone",
      .hint = "The child has a copy of the caller's buffers, and exit(3) "
              "writes them out: _exit(2) does not.")
{
    judge_exit(r);
}

/* ---- sum_with_threads, sum_with_processes ------------------------------- */

/* The result is the right one. */
static void expect_right(const struct record *r, const char *what)
{
    expect_int(r, "off", 0, what);
}

SUMS(works, .points = 1, .says = "sums 1,000 numbers with 4 workers",
     .hint = "Each worker sums its part; you add up the parts.")
{
    expect_right(r, "the result less the right one");
}

/* How many different ones have come to the numbers, of that kind. */
static int count_came(const struct record *r, bool wants_threads)
{
    int64_t caller = 0, pids[64], tids[64];
    int n = 0;

    record_int(r, "came_to", &caller);
    for (int i = 0; i < 64; i++) {
        char pid_key[32], tid_key[32];
        snprintf(pid_key, sizeof pid_key, "came_pid_%d", i);
        snprintf(tid_key, sizeof tid_key, "came_tid_%d", i);
        if (!record_int(r, pid_key, &pids[n]) ||
            !record_int(r, tid_key, &tids[n]))
            continue;
        bool is_new = (pids[n] == caller) == wants_threads;
        for (int k = 0; k < n && is_new; k++)
            is_new = wants_threads ? tids[k] != tids[n] : pids[k] != pids[n];
        n += is_new;
    }
    return n;
}

/* Four workers met at the numbers, of the right kind. */
static void judge_side_by_side(const struct record *r, bool wants_threads)
{
    const char *kind = wants_threads ? "threads" : "processes";
    int n = count_came(r, wants_threads);
    int others = count_came(r, !wants_threads);
    int64_t caller = 0;
    char expected[96], came[160];

    record_int(r, "came_caller", &caller);
    snprintf(expected, sizeof expected,
             "4 new %s at work at the same time, on 4 parts", kind);
    snprintf(came, sizeof came, "new %s that came to the numbers: %d", kind, n);
    if (others > 0)
        snprintf(came + strlen(came), sizeof came - strlen(came),
                 "; new %s: %d", wants_threads ? "processes" : "threads",
                 others);
    if (caller)
        strcat(came, "; and the caller itself");
    expect(r->end != END_HUNG, NULL, expected,
           "%s\neach was held there until 4 are there, and that never was so",
           came);
    expect_end(r);
    expect(n == 4, NULL, expected, "%s", came);
    expect_right(r, "the result less the right one");
}

CLAIM(sum_with_threads, side_by_side, .points = 3, .any_end = true,
      .says = "has 4 new threads at work at the same time",
      .hint = "Start them all before you join the first one. (In this test "
              "each worker is held where it reads its first number until all "
              "4 are there.)")
{
    judge_side_by_side(r, true);
}

CLAIM(sum_with_processes, side_by_side, .points = 3, .any_end = true,
      .says = "has 4 new processes at work at the same time",
      .hint = "Fork them all before you wait for the first one. (In this test "
              "each worker is held where it reads its first number until all "
              "4 are there.)")
{
    judge_side_by_side(r, false);
}

SUMS(workers, .points = 1, .hygiene_of = "side_by_side",
     .says = "makes as many new workers as it is asked for: 1, and 20",
     .hint = "How many are made is the caller's choice, not yours: not fewer "
             "where there are few CPUs, or few numbers to sum, and one, not "
             "none, where it is one.")
{
    int64_t of_one = 0, of_many = 0;

    record_int(r, "of_one", &of_one);
    record_int(r, "of_many", &of_many);
    expect(is_unseen(r) || (of_one >= 1 && of_many >= 20), NULL,
           "1 new worker where it is 1, 20 new ones where it is 20",
           "%lld where it is 1, %lld where it is 20", (long long)of_one,
           (long long)of_many);
}

SUMS(few, .points = 2,
     .says = "sums no numbers at all, one, and fewer than there are workers",
     .hint = "With 3 numbers and 8 workers, what is n / workers?")
{
    expect_int(r, "none", 0, "sum of 0 numbers with 4 workers");
    expect_int(r, "one", 0,
               "result less the right one, of 1 number with 4 workers");
    expect_right(r, "result less the right one, of 3 numbers with 8 workers");
}

SUMS(cut, .points = 2,
     .says = "sums each number once, whatever is left over when n is cut",
     .hint = "13 numbers for 5 workers: who takes the last 3? Nobody may read "
             "v[n], and nobody's part may be read twice.")
{
    int64_t n = 0, workers = 0;
    char what[96];

    record_int(r, "n", &n);
    record_int(r, "workers", &workers);
    snprintf(what, sizeof what,
             "result less the right one, of %lld numbers with %lld workers",
             (long long)n, (long long)workers);
    expect_right(r, what);
}

SUMS(many, .points = 1, .says = "sums with 20 workers",
     .hint = "Is there an array of fixed size?")
{
    expect_right(r, "the result less the right one");
}

SUMS(large, .points = 1,
     .says = "sums a million numbers that need more than 32 bits together",
     .hint = "Each part, too, needs a uint64_t. An exit status has 8 bits.")
{
    expect_right(r, "the result less the right one");
}

SUMS(race, .points = 2, .hygiene_of = "works",
     .says = "loses no part where two workers run in step, instruction by "
             "instruction",
     .hint = "total += part is a race even if it is done only once by each: "
             "give each worker a place of its own, and add up when they have "
             "ended.")
{
    expect_right(r, "the result less the right one, of 8 numbers");
}

SUMS(failure, .points = 2, .hygiene_of = "side_by_side",
     .says = "is right where only 0, 1, 2 or 3 of 4 workers can be made",
     .hint = "The caller does what a worker that is not there should have "
             "done, and waits only for those that are.")
{
    for (int i = 0; i < 4; i++) {
        char key[] = "off_0", what[80];
        key[4] = (char)('0' + i);
        snprintf(what, sizeof what,
                 "the result less the right one, with %d of 4 workers", i);
        expect_int(r, key, 0, what);
    }
    expect_int(r, "left", 0, "threads that run on when it has returned");
    expect_same_caller(r);
    expect_alone(r);
}

SUMS(again, .points = 1, .hygiene_of = "side_by_side",
     .says = "is right 70 times in a row, with all its workers each time",
     .hint = "What of a call is still there in the next one? A thread that "
             "nobody joins keeps its stack; a process that nobody waits for is "
             "a zombie.")
{
    expect_int(r, "right", 70, "calls in a row that are right");
}

SUMS(eintr, .points = 1, .hygiene_of = "works",
     .says = "goes on when signal handlers interrupt it",
     .hint = "waitpid(2), read(2) and sem_wait(3) fail with EINTR when a "
             "handler without SA_RESTART has run: call them again.")
{
    expect_right(r, "the result less the right one");
    expect_alone(r);
}

CLAIM(sum_with_processes, other_children, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's other children alone",
      .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and -1 "
              "take any child.")
{
    judge_other_children(r);
}

CLAIM(sum_with_processes, exit, .points = 1, .hygiene_of = "works",
      .says = "leaves what the caller has in its stdio buffers alone",
      .hint = "The child has a copy of the caller's buffers, and exit(3) "
              "writes them out: _exit(2) does not.")
{
    judge_exit(r);
}

SUMS(caller, .points = 1, .hygiene_of = "works",
     .says = "leaves the caller's fds, signals, CPUs and environment alone, "
             "prints nothing, leaves nobody behind",
     .hint = "Whatever you open, change or start for the purpose is undone "
             "when you return.")
{
    expect_as_before(r);
    expect_alone(r);
}

/* ---- call_isolated ------------------------------------------------------ */

CLAIM(call_isolated, works, .points = 2,
      .says = "returns what fn returned, and brings its result back",
      .hint = "The child has a copy of the caller's memory: what it puts there "
              "stays there. A pipe, or memory that both share, brings it "
              "over.")
{
    expect_returned(r, 42);
    expect_bytes(r, "result", "hello##", 7);
    int64_t code = -1;
    record_int(r, "hello_code", &code);
    expect(code >= 0, NULL, "*wstatus says that the process has exited",
           "*wstatus says something else");
}

CLAIM(call_isolated, isolated, .points = 2, .hygiene_of = "works",
      .says = "calls fn in another process: what else it changes stays there",
      .hint = "A thread shares the caller's memory, a forked child has a "
              "copy.")
{
    int64_t pid = 0, caller = 0, misaligned = -1;

    expect_returned(r, 0);
    record_int(r, "pid", &pid);
    record_int(r, "caller", &caller);
    record_int(r, "misaligned", &misaligned);
    expect(pid != caller && pid != 0, NULL, "fn is called in another process",
           "it is called in the caller itself");
    expect_int(r, "a_variable", 1, "a variable of the caller's, which was 1");
    expect_int(r, "another", 1, "another one, which fn got as arg");
    expect_unchanged(r, "changed_environment",
                     "the caller's environment as before");
    expect(misaligned == 0,
           "malloc(3) and mmap(2) give memory that is aligned for any type; "
           "some bytes behind its begin it need not be.",
           "the result that fn gets is aligned for any type",
           "it is %lld bytes beyond such a place", (long long)misaligned);
}

CLAIM(call_isolated, value, .points = 2, .hygiene_of = "works",
      .says = "returns fn's value & 0xff: 255 for -1",
      .hint = "-1 is what you return when fn did not return: what is to be "
              "done with a value of -1?")
{
    expect_int(r, "of_0", 0, "result where fn returned 0");
    expect_int(r, "of_1", 1, "result where fn returned 1");
    expect_int(r, "of_255", 255, "result where fn returned 255");
    expect_int(r, "of_256", 0, "result where fn returned 256");
    expect_int(r, "of_511", 255, "result where fn returned 511");
    expect_int(r, "of_minus_1", 255, "result where fn returned -1");
    expect_int(r, "of_minus_2", 254, "result where fn returned -2");
}

CLAIM(call_isolated, crash, .points = 3,
      .says = "returns -1 where fn crashed, and *wstatus says which signal "
              "killed it",
      .hint = "waitpid(2) gives the wait status: hand it on as it is.")
{
    expect_int(r, "segv", -1, "result where fn writes to address 0");
    expect_int(r, "segv_signal", SIGSEGV, "WTERMSIG(*wstatus) then");
    expect_int(r, "abort", -1, "result where fn calls abort(3)");
    expect_int(r, "abort_signal", SIGABRT, "WTERMSIG(*wstatus) then");
    expect_int(r, "kill", -1, "result where a SIGKILL ends fn's process");
    expect_int(r, "kill_signal", SIGKILL, "WTERMSIG(*wstatus) then");
}

CLAIM(call_isolated, exits, .points = 3,
      .says = "returns -1 where fn called exit(3) or _exit(2), even with 0, "
              "and *wstatus has the code",
      .hint = "That the process has exited does not mean that fn returned: "
              "only your own code behind the call of fn can tell you.")
{
    expect_int(r, "exit_0", -1, "result where fn calls exit(0)");
    expect_int(r, "exit_0_code", 0, "WEXITSTATUS(*wstatus) then");
    expect_int(r, "exit_7", -1, "result where fn calls exit(7)");
    expect_int(r, "exit_7_code", 7, "WEXITSTATUS(*wstatus) then");
    expect_int(r, "_exit_0", -1, "result where fn calls _exit(0)");
    expect_int(r, "_exit_0_code", 0, "WEXITSTATUS(*wstatus) then");
    expect_int(r, "_exit_7", -1, "result where fn calls _exit(7)");
    expect_int(r, "_exit_7_code", 7, "WEXITSTATUS(*wstatus) then");
}

static void judge_untouched(const struct record *r)
{
    expect_bytes(r, "after_crash", "########", 8);
    expect_bytes(r, "after_exit", "########", 8);
    expect_bytes(r, "after__exit", "########", 8);
}

CLAIM(call_isolated, untouched, .points = 2, .hygiene_of = "works",
      .says = "leaves result untouched where fn did not return, even if fn had "
              "begun to fill it",
      .hint = "Copy it to the caller's result when you know that fn "
              "returned.")
{
    judge_untouched(r);
}

CLAIM(call_isolated, untouched_shared, .points = 1, .hygiene_of = "works",
      .says = "does so, too, where result lies in memory that the caller "
              "shares with its children",
      .hint = "fork(2) does not copy MAP_SHARED memory: fn needs memory of its "
              "own to write to.")
{
    judge_untouched(r);
}

CLAIM(call_isolated, empty, .points = 1, .hygiene_of = "works",
      .says = "works where there is no result: len 0, result NULL",
      .hint = "mmap(2) of 0 bytes fails; a read(2) of 0 bytes is no EOF.")
{
    expect_returned(r, 7);
}

CLAIM(call_isolated, large, .points = 2,
      .says = "brings 1 MiB back, more than a pipe or a small stack holds",
      .hint = "A child that writes more than 64 KiB into a pipe waits for you "
              "to read; and you wait for the child? A read(2) brings what is "
              "there, not all. An array of len bytes is not for the stack, "
              "which here has 512 KiB: malloc(3), mmap(2).")
{
    expect_returned(r, 3);
    expect_int(r, "right", LARGE + 3, "bytes that are right, from the start");
    expect_int(r, "beyond", 0, "the byte behind the last one, which was 0");
}

CLAIM(call_isolated, again, .points = 1, .hygiene_of = "works",
      .says = "begins anew in each call: what returned before does not count",
      .hint = "Is there a static variable, or shared memory that was not "
              "zeroed?")
{
    expect_int(r, "first", 5, "result of the 1st call, in which fn returns 5");
    expect_int(r, "second", -1, "result of the 2nd, in which fn crashes");
    expect_int(r, "third", 42, "result of the 3rd, in which fn returns 42");
    expect_bytes(r, "result", "hello", 5);
}

CLAIM(call_isolated, failure, .points = 1,
      .says = "returns -1 with fork's errno when no process can be made",
      .hint = "fork(2) fails, too: free what you had, and keep its errno.")
{
    if (is_unseen(r)) {
        expect_returned(r, 42);
    } else {
        expect_failed(r, EAGAIN);
        expect_bytes(r, "result", "#######", 7);
    }
    expect_same_caller(r);
}

CLAIM(call_isolated, eintr, .points = 1, .hygiene_of = "works",
      .says = "goes on when signal handlers interrupt it",
      .hint = "waitpid(2) and read(2) fail with EINTR when a handler without "
              "SA_RESTART has run: call them again.")
{
    expect_returned(r, 9);
    expect_alone(r);
}

CLAIM(call_isolated, other_children, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's other children alone",
      .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and -1 "
              "take any child.")
{
    judge_other_children(r);
}

CLAIM(call_isolated, exit, .points = 1, .hygiene_of = "works",
      .says = "leaves what the caller has in its stdio buffers alone",
      .hint = "The child has a copy of the caller's buffers, and exit(3) "
              "writes them out: _exit(2) does not.")
{
    judge_exit(r);
}

CLAIM(call_isolated, caller, .points = 1, .hygiene_of = "works",
      .probe = "call_isolated_works",
      .says = "leaves the caller's fds, signals, CPUs and environment alone, "
              "prints nothing, leaves nobody behind",
      .hint = "Whatever you open, change or start for the purpose is undone "
              "when you return.")
{
    expect_as_before(r);
    expect_alone(r);
}

GRADER
