/*
 * grade.c - lab 01: what is claimed of the student's functions, a claim for
 * each sentence of exercise.h. The probe of a claim is FUNCTION_NAME in
 * probes.c unless .probe says otherwise.
 *
 * Not observed, and so not claimed: what fork_children() does with child 256
 * and further ones (a sandbox holds no more than 100 processes, zombies
 * included); that its children exit at once (there is no saying when that is
 * over); how a process in the middle of a chain ends (its parent alone sees it:
 * what comes out at the top is claimed). Not claimed, since exercise.h leaves
 * it open: PIDs below 1, which waitpid(2) takes for something else; the names
 * of real-time signals, and of signal 29, which has two (SIGIO, SIGPOLL).
 *
 * Where a process cannot be made, fork, vfork, posix_spawn are what fails. A
 * function that makes them in another way meets no failure, and then has to
 * succeed.
 */
#include "gradekit/claim.h"

#include "model/snapshot.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

enum { MANY = 60 };

/* ---- what several claims have in common --------------------------------- */

/* "name_i" is what was expected of it; what: a format. */
__attribute__((format(printf, 5, 6))) static void
expect_nth(const struct record *r, const char *name, int i, int64_t expected,
           const char *what, ...)
{
    char key[48], text[96];
    va_list args;

    snprintf(key, sizeof key, "%s_%d", name, i);
    va_start(args, what);
    vsnprintf(text, sizeof text, what, args);
    va_end(args);
    expect_int(r, key, expected, text);
}

/* How often a process could not be made, in try i. */
static int64_t failures_met(const struct record *r, int i)
{
    char key[48];
    int64_t met = 0;

    snprintf(key, sizeof key, "met_%d", i);
    record_int(r, key, &met);
    return met;
}

/* ---- fork_children ------------------------------------------------------ */

static void expect_codes(const struct record *r, int n)
{
    expect_returned(r, 0);
    for (int i = 0; i < n; i++)
        expect_nth(r, "code", i, i,
                   "exit code of pids[%d] (-1: no child of the caller's)", i);
}

CLAIM(fork_children, works, .points = 3,
      .says = "makes 5 children of the caller; child i, of PID pids[i], exits "
              "with i",
      .hint = "fork(2) returns 0 in the child, and the child's PID in the "
              "parent.")
{
    expect_codes(r, 5);
}

CLAIM(fork_children, many, .points = 2, .says = "makes 60 children",
      .hint = "Is there an array of fixed size?")
{
    expect_codes(r, MANY);
}

CLAIM(fork_children, n_zero, .points = 1,
      .says = "returns 0 if n is 0, and makes no process",
      .hint = "When does your loop ask whether it is at its end?")
{
    expect_returned(r, 0);
    expect_alone(r);
}

CLAIM(fork_children, exact, .points = 2, .hygiene_of = "works",
      .says = "makes these n processes and no other",
      .hint = "A child that goes on in your loop makes children of its own: it "
              "leaves by _exit(2) at once.")
{
    int64_t forks = -1;
    bool is_known = record_int(r, "forks", &forks);

    expect(is_known && forks <= 5, NULL,
           "5 calls of fork(2), in the caller or its children",
           "%lld calls of fork(2)", (long long)forks);
    expect_alone(r);
}

CLAIM(fork_children, no_wait, .points = 3,
      .says = "does not wait: it returns while its children are still there",
      .hint = "Waiting is the caller's business. (In this test the children "
              "cannot end before you have returned.)")
{
    expect_codes(r, 3);
}

CLAIM(fork_children, failure, .points = 3,
      .says = "returns -1 with fork's errno if one cannot be made, those made "
              "so far being reaped",
      .hint = "Wait for each one by its PID. waitpid(2) may change errno: keep "
              "fork's.")
{
    for (int i = 0; i < 4; i++) {
        char key[48], text[96];
        if (failures_met(r, i) == 0) {
            expect_nth(r, "after", i, 0, "no failure after %d children", i);
            continue;
        }
        snprintf(key, sizeof key, "after_%d", i);
        snprintf(text, sizeof text, "fork(2) fails after %d children", i);
        expect_call_failed(r, key, ENOMEM, text);
    }
    expect_alone(r);
}

CLAIM(fork_children, eintr, .points = 1,
      .says = "reaps those made so far even where signal handlers interrupt it",
      .hint = "waitpid(2) fails with EINTR when a handler without SA_RESTART "
              "has run: call it again.")
{
    int64_t met = 0;

    if (record_int(r, "met", &met) && met == 0)
        expect_returned(r, 0);
    else {
        expect_failed(r, ENOMEM);
        expect_alone(r);
    }
}

CLAIM(fork_children, other_children, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's other children alone, on failure too",
      .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and -1 "
              "take any child.")
{
    expect_others_left(r);
}

CLAIM(fork_children, exit, .points = 1, .hygiene_of = "works",
      .says = "leaves what the caller has in its stdio buffers alone",
      .hint = "A child has a copy of the caller's buffers, and exit(3) writes "
              "them out: _exit(2) does not.")
{
    expect_written_once(r);
}

CLAIM(fork_children, caller, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint = "Whatever you open or change for the purpose is undone when you "
              "return.")
{
    expect_same_caller(r);
}

/* ---- reap_children ------------------------------------------------------ */

/* "exited 7 (0x0700)" */
static const char *status_words(int64_t status, char buf[64])
{
    int w = (int)status;

    if (w < 0 || w > 0xffff)
        snprintf(buf, 64, "nothing that a child can have left (%d)", w);
    else if (WIFEXITED(w))
        snprintf(buf, 64, "exited %d (0x%04x)", WEXITSTATUS(w), (unsigned)w);
    else if (WIFSIGNALED(w))
        snprintf(buf, 64, "killed by signal %d (0x%04x)", WTERMSIG(w),
                 (unsigned)w);
    else
        snprintf(buf, 64, "stopped or continued (0x%04x)", (unsigned)w);
    return buf;
}

/* A wait status under this key. */
static void expect_status(const struct record *r, const char *key, int wanted,
                          const char *what)
{
    char expected[160], words[64];
    int64_t status = -1;
    bool is_known = record_int(r, key, &status);

    snprintf(expected, sizeof expected, "%s: %s", what,
             status_words(wanted, words));
    expect(is_known && status == wanted, NULL, expected, "%s: %s", what,
           status_words(status, words));
}

/* "status_i", for n children that exited with first, first + 1 ... */
static void expect_exits(const struct record *r, int n, int first)
{
    char key[48], text[48];

    for (int i = 0; i < n; i++) {
        snprintf(key, sizeof key, "status_%d", i);
        snprintf(text, sizeof text, "status[%d]", i);
        expect_status(r, key, W_EXITCODE(first + i, 0), text);
    }
}

static void expect_three(const struct record *r)
{
    expect_returned(r, 0);
    expect_status(r, "status_0", 0, "status[0]");
    expect_status(r, "status_1", W_EXITCODE(7, 0), "status[1]");
    expect_status(r, "status_2", SIGKILL, "status[2]");
}

CLAIM(reap_children, works, .points = 2,
      .says = "waits for three children and gives their wait statuses",
      .hint = "status[i] is what waitpid(2) stores, whole: its macros are the "
              "caller's business.")
{
    expect_three(r);
}

CLAIM(reap_children, order, .points = 3,
      .says = "gives each child its own status, also if the last one ends "
              "first",
      .hint = "wait(2) gives you whichever ends: whose status is it? "
              "waitpid(2) can ask for one PID.")
{
    expect_returned(r, 0);
    expect_exits(r, 4, 10);
}

CLAIM(reap_children, running, .points = 2,
      .says = "waits for a child that still runs",
      .hint = "With WNOHANG, waitpid(2) returns 0 and nothing was waited for.")
{
    expect_returned(r, 0);
    expect_exits(r, 1, 5);
}

CLAIM(reap_children, many, .points = 1, .says = "waits for 60 children",
      .hint = "Is there an array of fixed size?")
{
    expect_returned(r, 0);
    expect_exits(r, MANY, 0);
}

CLAIM(reap_children, n_zero, .points = 1,
      .says = "returns 0 at once if n is 0, and waits for nobody",
      .hint = "The caller may have children all the same.")
{
    expect_returned(r, 0);
    expect_others_left(r);
}

CLAIM(reap_children, no_child, .points = 4,
      .says = "where one is no child of the caller: reaps the others all the "
              "same, then returns -1 with ECHILD",
      .hint = "waitpid(2) fails with ECHILD for that one: note it, and go on "
              "to the end of the array.")
{
    static const int places[] = {0, 2, 3};

    for (size_t p = 0; p < sizeof places / sizeof places[0]; p++) {
        char key[48], text[96];
        snprintf(key, sizeof key, "at_%d", places[p]);
        snprintf(text, sizeof text, "pids[%d] of 4 is no child", places[p]);
        expect_call_failed(r, key, ECHILD, text);
        for (int i = 0; i < 4; i++) {
            snprintf(key, sizeof key, "at_%d_status_%d", places[p], i);
            snprintf(text, sizeof text, "status[%d] where pids[%d] is no child",
                     i, places[p]);
            if (i != places[p])
                expect_status(r, key, W_EXITCODE(10 + i, 0), text);
        }
    }
    expect_alone(r);
}

CLAIM(reap_children, stopped, .points = 1,
      .says = "goes on waiting for a child that was only stopped",
      .hint = "waitpid(2) reports stopped children only if you ask it to, by "
              "WUNTRACED.")
{
    expect_returned(r, 0);
    expect_exits(r, 1, 5);
}

CLAIM(reap_children, eintr, .points = 2,
      .says = "goes on waiting when signal handlers interrupt it",
      .hint = "waitpid(2) fails with EINTR when a handler without SA_RESTART "
              "has run: call it again.")
{
    expect_returned(r, 0);
    expect_exits(r, 2, 5);
    int64_t returned = 0, error = 0;
    record_int(r, "stranger", &returned);
    record_int(r, "stranger_errno", &error);
    expect(returned != -1 || error != EINTR,
           "A call that fails sets errno, and none that succeeds puts it back: "
           "keep what waitpid(2) said of the one that is no child.",
           "pids[0] is no child, and the wait for pids[1] is interrupted: "
           "ECHILD",
           "EINTR");
}

CLAIM(reap_children, other_children, .points = 3, .hygiene_of = "works",
      .says = "leaves the caller's other children alone",
      .hint = "wait(2), and waitpid(2) with -1, take any child that has "
              "ended.")
{
    expect_three(r);
    expect_others_left(r);
}

CLAIM(reap_children, no_zombie, .points = 1, .hygiene_of = "works",
      .probe = "reap_children_works",
      .says = "waits for all: none of them is left as a zombie",
      .hint = "waitid(2) with WNOWAIT looks at a zombie and leaves it.")
{
    expect_alone(r);
}

CLAIM(reap_children, caller, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint = "Whatever you open or change for the purpose is undone when you "
              "return.")
{
    expect_same_caller(r);
}

/* ---- process_chain ------------------------------------------------------ */

CLAIM(process_chain, works, .points = 2,
      .says = "depth 1: calls last(arg), once, in a child, and returns the "
              "code",
      .hint = "The child exits with the result, and waitpid(2) brings it.")
{
    expect_returned(r, 7);
    expect_int(r, "is_caller", 0, "last ran in the caller (0: no, 1: yes)");
    expect_int(r, "ran", 1, "calls of last");
}

/* The only child; NULL: none, or several. *n: how many. */
static const struct process *only_child(const struct snapshot *s, pid_t pid,
                                        size_t *n)
{
    const struct process *child = NULL;

    *n = 0;
    for (size_t i = 0; i < s->n_processes; i++) {
        const struct process *p = &s->processes[i];
        if (p->ppid == pid && !p->is_outside) {
            child = p;
            ++*n;
        }
    }
    return *n == 1 ? child : NULL;
}

CLAIM(process_chain, generations, .points = 3,
      .says = "depth 4: four generations, each process with one child",
      .hint = "It is the child that makes the next generation, not the "
              "parent; and it makes one less.")
{
    const struct snapshot *s = record_look(r, "deepest");
    pid_t pid = r->caller_pid;
    size_t n;

    expect_returned(r, 7);
    expect(s != NULL, NULL, "last is called", "it was not");
    for (int i = 0; i < 4; i++) {
        const struct process *child = only_child(s, pid, &n);
        expect(child != NULL, NULL,
               "while last runs: a line of four processes below the caller",
               "generation %d below the caller has %zu children", i, n);
        pid = child->pid;
    }
    const struct process *last = snapshot_find(s, pid);
    expect(last != NULL &&
               strcmp(snapshot_text(s, last->comm_text), "last") == 0,
           NULL, "it is the fourth that calls last", "it is another one");
    only_child(s, pid, &n);
    expect(n == 0, NULL, "the fourth has no child", "it has %zu", n);
}

CLAIM(process_chain, depth_zero, .points = 2,
      .says = "depth 0: calls last(arg) in the caller and returns its result "
              "as it is",
      .hint = "No process, no exit code: 300 stays 300, -1 stays -1.")
{
    expect_returned(r, 3);
    expect_int(r, "is_caller", 1, "last ran in the caller (0: no, 1: yes)");
    expect_int(r, "large", 300, "result where last returns 300");
    expect_int(r, "negative", -1, "result where last returns -1");
}

CLAIM(process_chain, codes, .points = 2,
      .says = "hands on each code from 0 to 255",
      .hint = "None of them can stand for a failure: all are taken.")
{
    int64_t wrong = 0, instead = 0;
    bool is_known =
        record_int(r, "wrong", &wrong) && record_int(r, "instead", &instead);

    expect(is_known && wrong == -1, NULL,
           "depth 2 returns what last returned, whichever code it is",
           "last returned %lld, process_chain %lld", (long long)wrong,
           (long long)instead);
}

CLAIM(process_chain, modulo, .points = 2,
      .says = "depth 1 and more: the code is last's result & 0xff",
      .hint = "Of what is given to _exit(2), 8 bits get through. In a child, "
              "-1 from last is a result like any other.")
{
    static const int results[] = {300, -1, 256, -2};

    for (int i = 0; i < 4; i++) {
        expect_nth(r, "one", i, results[i] & 0xff, "depth 1, last returns %d",
                   results[i]);
        expect_nth(r, "three", i, results[i] & 0xff, "depth 3, last returns %d",
                   results[i]);
    }
}

CLAIM(process_chain, signal, .points = 3, .hygiene_of = "works",
      .says = "returns -1 if the last process is killed by a signal, however "
              "deep",
      .hint = "WEXITSTATUS says something only if WIFEXITED holds. A process "
              "above has no code that could say so: it kills itself.")
{
    static const char *const what[] = {"depth 1, SIGKILL", "depth 1, SIGTERM",
                                       "depth 2, SIGKILL", "depth 2, SIGTERM",
                                       "depth 5, SIGKILL", "depth 5, SIGTERM"};

    for (int i = 0; i < 6; i++)
        expect_nth(r, "killed", i, -1, "%s", what[i]);
}

CLAIM(process_chain, between, .points = 2, .hygiene_of = "works",
      .says = "returns -1 if a process in the middle is killed by a signal",
      .hint = "Each process looks at how its own child has ended.")
{
    expect_int(r, "killed", -1,
               "depth 4, the third is killed, the last exits with 7");
}

CLAIM(process_chain, no_process, .points = 3, .hygiene_of = "works",
      .says = "returns -1 if a process cannot be made, however deep; errno is "
              "fork's if it was the caller's own",
      .hint = "In the caller that is -1; in a child there is no code for it: "
              "it kills itself.")
{
    for (int i = 0; i < 5; i++) {
        bool is_met = failures_met(r, i) > 0;
        expect_nth(r, "after", i, is_met ? -1 : 7,
                   "depth 5, %s after %d processes",
                   is_met ? "fork(2) fails" : "no failure", i);
        expect_nth(r, "ran", i, is_met ? 0 : 1,
                   "calls of last (fork(2) fails after %d processes)", i);
    }
    if (failures_met(r, 0) > 0)
        expect_call_failed(r, "after_0", ENOMEM, "fork(2) fails in the caller");
}

CLAIM(process_chain, deaf, .points = 1, .hygiene_of = "works",
      .says = "does so, too, if the caller ignores and blocks all signals",
      .hint = "Children inherit both. Which signal can be neither ignored nor "
              "blocked?")
{
    expect_int(r, "killed", -1, "depth 3, the last is killed by SIGKILL");
}

CLAIM(process_chain, eintr, .points = 2,
      .says = "goes on when a signal handler interrupts the caller, or one of "
              "the processes between",
      .hint = "waitpid(2) fails with EINTR when a handler without SA_RESTART "
              "has run: call it again.")
{
    expect_returned(r, 7);
}

CLAIM(process_chain, other_children, .points = 1,
      .says = "leaves the caller's other children alone",
      .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and -1 "
              "take any child.")
{
    expect_returned(r, 7);
    expect_others_left(r);
}

CLAIM(process_chain, exit, .points = 1, .hygiene_of = "works",
      .says = "leaves what the caller has in its stdio buffers alone",
      .hint = "Each process of the chain has a copy of them, and exit(3) "
              "writes it out: _exit(2) does not.")
{
    expect_written_once(r);
}

CLAIM(process_chain, no_zombie, .points = 1, .hygiene_of = "works",
      .probe = "process_chain_generations",
      .says = "waits: when it returns no process of the chain is left",
      .hint = "Each process waits for its child before it exits.")
{
    expect_alone(r);
}

CLAIM(process_chain, caller, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint = "Whatever you open or change for the purpose is undone when you "
              "return.")
{
    expect_same_caller(r);
}

/* ---- describe_status ---------------------------------------------------- */

CLAIM(describe_status, exited, .points = 2,
      .says = "says \"exited 3\" of an exit, whatever the code",
      .hint = "WIFEXITED, then WEXITSTATUS.")
{
    expect_text(r, "exited_0", "exited 0", "after exit(0)");
    expect_text(r, "exited_3", "exited 3", "after exit(3)");
    expect_text(r, "exited_127", "exited 127", "after exit(127)");
    expect_text(r, "exited_255", "exited 255", "after exit(255)");
}

CLAIM(describe_status, killed, .points = 3,
      .says = "says \"killed by SIGKILL\", and so of every other signal",
      .hint = "WIFSIGNALED, then WTERMSIG; sigabbrev_np(3) gives KILL for 9. "
              "strsignal(3) gives other words.")
{
    for (int s = 1; s < 32; s++) {
        char key[32], wanted[64], text[64];
        if (s == SIGIO)
            continue;
        snprintf(key, sizeof key, "killed_%d", s);
        snprintf(wanted, sizeof wanted, "killed by SIG%s", sigabbrev_np(s));
        snprintf(text, sizeof text, "of the wait status %d", s);
        expect_text(r, key, wanted, text);
    }
}

CLAIM(describe_status, core, .points = 1,
      .says = "adds \"(core dumped)\" where it was", .hint = "WCOREDUMP.")
{
    expect_text(r, "segv", "killed by SIGSEGV (core dumped)",
                "a SIGSEGV with a core dump");
    expect_text(r, "abrt", "killed by SIGABRT (core dumped)",
                "a SIGABRT with a core dump");
}

CLAIM(describe_status, stopped, .points = 2,
      .says = "says \"stopped by SIGSTOP\" of a child that stopped",
      .hint = "WIFSTOPPED, then WSTOPSIG.")
{
    expect_text(r, "stop", "stopped by SIGSTOP", "stopped");
    expect_text(r, "tstp", "stopped by SIGTSTP", "stopped by Ctrl-Z");
    expect_text(r, "ttin", "stopped by SIGTTIN",
                "stopped for reading from the terminal");
    expect_text(r, "trap", "stopped by SIGTRAP", "stopped for its tracer");
}

CLAIM(describe_status, continued, .points = 1,
      .says = "says \"continued\" of a child that goes on",
      .hint = "WIFCONTINUED.")
{
    expect_text(r, "continued", "continued", "continued");
}

CLAIM(describe_status, length, .points = 2,
      .says = "returns the length of the whole text, even if it was cut",
      .hint = "snprintf(3) returns just that.")
{
    expect_int(r, "exited", 8, "of \"exited 3\"");
    expect_int(r, "killed", 31, "of \"killed by SIGSEGV (core dumped)\"");
    expect_int(r, "stopped", 18, "of \"stopped by SIGSTOP\"");
    expect_int(r, "continued", 9, "of \"continued\"");
    expect_int(r, "cut", 31,
               "of \"killed by SIGSEGV (core dumped)\" where len is 5");
}

CLAIM(describe_status, truncates, .points = 2,
      .says = "writes what fits into len bytes, NUL included, and nothing "
              "behind it",
      .hint = "\"killed by SIGKILL\" is 17 bytes and a NUL. snprintf(3) cuts "
              "by itself; strcpy(3) does not. Where a second part is added, "
              "how much room is left for it?")
{
    expect_bytes(r, "buf_of_1", "\0###################", 20);
    expect_bytes(r, "buf_of_8", "killed \0############", 20);
    expect_bytes(r, "buf_of_17", "killed by SIGKIL\0###", 20);
    expect_bytes(r, "buf_of_18", "killed by SIGKILL\0##", 20);
    expect_bytes(r, "core_buf_of_8",
                 "killed \0################################", 40);
}

CLAIM(describe_status, len_zero, .points = 1,
      .says = "writes nothing if len is 0, where buf may be NULL",
      .hint = "Then there is no room even for the NUL.")
{
    expect_int(r, "null", 17, "result with NULL and 0");
    expect_int(r, "zero", 17, "result with a buffer and 0");
    expect_bytes(r, "buf", "###", 3);
}

CLAIM(describe_status, caller, .points = 1, .hygiene_of = "exited",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint = "The text goes into buf, nowhere else.")
{
    expect_same_caller(r);
    expect_alone(r);
}

/* ---- run_detached ------------------------------------------------------- */

CLAIM(run_detached, works, .points = 2,
      .says = "calls fn(arg), once, in another process",
      .hint = "A thread is no process of its own.")
{
    expect_returned(r, 0);
    expect_int(r, "ran", 1, "calls of fn");
    expect_int(r, "arg", 4711, "what arg pointed to");
    expect_int(r, "is_caller", 0, "fn ran in the caller (0: no, 1: yes)");
}

CLAIM(run_detached, no_child, .points = 3,
      .says = "runs fn in a process that is not a child of the caller",
      .hint = "A process whose parent has ended is adopted. So its parent has "
              "to be somebody who ends: a child of yours.")
{
    const struct snapshot *s = record_look(r, "running");
    const struct process *found = NULL;

    expect_returned(r, 0);
    for (size_t i = 0; s != NULL && i < s->n_processes; i++)
        if (strcmp(snapshot_text(s, s->processes[i].comm_text), "detached") ==
            0)
            found = &s->processes[i];
    expect(found != NULL && found->pid != r->caller_pid, NULL,
           "fn runs in a process of its own", "there is no such process");
    expect(found->ppid != r->caller_pid, NULL,
           "while fn runs, its process's parent is not the caller",
           "its parent is the caller");
}

CLAIM(run_detached, no_wait, .points = 3,
      .says = "returns without waiting for fn",
      .hint = "Wait for the process between, which ends at once, not for the "
              "one that runs fn.")
{
    expect_returned(r, 0);
}

CLAIM(run_detached, no_zombie, .points = 2, .hygiene_of = "works",
      .probe = "run_detached_exit",
      .says = "leaves no zombie, neither of fn's process nor of one between",
      .hint = "The process between is your child, and somebody has to wait for "
              "it: you.")
{
    expect_alone(r);
}

CLAIM(run_detached, exit_code, .points = 2, .hygiene_of = "works",
      .probe = "run_detached_works",
      .says = "lets fn's process exit with 0 after fn",
      .hint = "When fn has returned there is still a process: _exit(0).")
{
    expect_int(r, "wstatus", 0, "its wait status, seen by who adopted it");
}

CLAIM(run_detached, failure, .points = 3,
      .says = "returns -1 with fork's errno if it could not be made, at "
              "whichever step, and then does not call fn",
      .hint = "If the second fork(2) fails, the process between knows why, and "
              "can tell you by its exit code.")
{
    for (int i = 0; i < 3; i++) {
        char key[48], text[96];
        bool is_met = failures_met(r, i) > 0;
        if (is_met) {
            snprintf(key, sizeof key, "after_%d", i);
            snprintf(text, sizeof text, "fork(2) number %d fails", i + 1);
            expect_call_failed(r, key, ENOMEM, text);
            expect_nth(r, "left", i, 0,
                       "fork(2) number %d fails: a child is left (0: no, 1: "
                       "yes)",
                       i + 1);
        } else {
            expect_nth(r, "after", i, 0, "no failure after %d processes", i);
        }
        expect_nth(r, "ran", i, is_met ? 0 : 1,
                   "calls of fn (fork(2) fails after %d processes)", i);
    }
}

CLAIM(run_detached, eintr, .points = 1,
      .says = "is right, too, where signal handlers interrupt it",
      .hint = "waitpid(2) fails with EINTR when a handler without SA_RESTART "
              "has run: call it again, or the process between stays a zombie.")
{
    expect_returned(r, 0);
    expect_alone(r);
}

CLAIM(run_detached, other_children, .points = 1,
      .says = "leaves the caller's other children alone",
      .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and -1 "
              "take any child.")
{
    expect_returned(r, 0);
    expect_others_left(r);
}

CLAIM(run_detached, exit, .points = 1, .hygiene_of = "works",
      .says = "leaves what the caller has in its stdio buffers alone",
      .hint = "Both processes have a copy of them, and exit(3) writes it out: "
              "_exit(2) does not.")
{
    expect_written_once(r);
}

CLAIM(run_detached, inherited, .points = 1, .hygiene_of = "works",
      .probe = "run_detached_caller",
      .says = "runs fn with the caller's signal mask and dispositions",
      .hint = "A process inherits both: undo in it what you changed for "
              "yourself.")
{
    expect_text(r, "mask", "USR2", "blocked in fn (the caller blocks USR2)");
    expect_text(r, "ignored", "USR1",
                "ignored in fn (the caller ignores USR1)");
}

CLAIM(run_detached, caller, .points = 1, .hygiene_of = "works",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint = "SIGCHLD ignored for the purpose would be seen here, and no "
              "child of the caller's could be waited for any more.")
{
    expect_same_caller(r);
}

GRADER
