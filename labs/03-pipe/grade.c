/*
 * grade.c - lab 03: what is claimed of the student's functions, a claim for
 * each sentence of exercise.h. The probe of a claim is FUNCTION_NAME in
 * probes.c unless .probe says otherwise.
 *
 * Not observed, and so not claimed: that memory which runs out in
 * capture_output() or feed_and_capture() gives -1 (malloc would have to fail
 * at a call that only the student knows), and that what was started is ended
 * by SIGKILL and no other signal (any end of it is taken).
 */
#include "gradekit/claim.h"

#include "model/pipes.h"
#include "model/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { LARGE = 1 << 20 };

/* ---- read_full ---------------------------------------------------------- */

CLAIM(read_full, works, .points = 1,
      .says = "reads n bytes that are there and returns n",
      .hint = "One read(2) will do for this one.")
{
    expect_returned(r, 5);
    expect_bytes(r, "buf", "hello", 5);
}

CLAIM(read_full, short_reads, .points = 3,
      .says = "reads on until all n bytes are there, however small the pieces",
      .hint = "read(2) returns what is there, from 1 byte on: count what you "
              "have, and read the rest behind it.")
{
    expect_returned(r, 10);
    expect_bytes(r, "buf", "0123456789", 10);
}

CLAIM(read_full, eof, .points = 2,
      .says = "returns what came before EOF, and 0 if nothing did",
      .hint = "read(2) returns 0 at EOF, and will return 0 for ever after.")
{
    expect_returned(r, 5);
    expect_bytes(r, "buf", "hello", 5);
    expect_int(r, "again", 0, "a second call, at EOF, returns");
}

CLAIM(read_full, eintr, .points = 2,
      .says = "reads on when a signal handler interrupts it",
      .hint = "With a handler that has no SA_RESTART, read(2) fails with EINTR "
              "and nothing is lost: call it again. See signal(7).")
{
    expect_returned(r, 4);
    expect_bytes(r, "buf", "abcd", 4);
}

CLAIM(read_full, error, .points = 2,
      .says = "returns -1 with read's errno on an error, EAGAIN included, even "
              "if some bytes came before",
      .hint = "Which values of errno mean \"try again\", and which do not?")
{
    expect_call_failed(r, "empty", EAGAIN, "an empty non-blocking pipe");
    expect_call_failed(r, "part", EAGAIN, "5 of 10 bytes, then EAGAIN");
    expect_failed(r, EBADF);
    expect_quiet(r);
}

CLAIM(read_full, exact, .points = 1,
      .says = "takes not one byte more than n: the rest stays in the pipe",
      .hint = "What is the third argument of your second read(2)?")
{
    expect_returned(r, 4);
    expect_bytes(r, "buf", "0123##", 6);
    expect_int(r, "left", 6, "bytes left in the pipe");
}

CLAIM(read_full, n_zero, .points = 1,
      .says = "returns 0 at once if n is 0, even if the pipe is empty",
      .hint = "All 0 bytes are there already: there is nothing to wait for.")
{
    expect_returned(r, 0);
}

CLAIM(read_full, large, .points = 1,
      .says = "reads 1 MiB from a pipe that holds 64 KiB, every byte in place",
      .hint = "Where in buf does the second read(2) put its bytes?")
{
    expect_returned(r, LARGE);
    expect_int(r, "right", LARGE, "bytes that are right, from the start");
}

CLAIM(read_full, caller, .points = 1, .hygiene_of = "works",
      .probe = "read_full_short_reads",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint =
          "Whatever you open, change or start for the purpose is undone when "
          "you return.")
{
    expect_same_caller(r);
    expect_alone(r);
}

/* ---- write_full --------------------------------------------------------- */

CLAIM(write_full, works, .points = 1, .says = "writes n bytes and returns n",
      .hint = "One write(2) will do for this one.")
{
    expect_returned(r, 5);
    expect_bytes(r, "sent", "hello", 5);
}

CLAIM(write_full, short_writes, .points = 2,
      .says = "writes on until all n bytes are out, where write(2) takes less",
      .hint = "A signal that comes in the middle of a long write(2) ends it: "
              "it returns how much went out. Go on from there.")
{
    expect_returned(r, LARGE);
    expect_int(r, "came", LARGE, "bytes that came out of the pipe");
    expect_int(r, "right", LARGE, "bytes that are right, from the start");
}

CLAIM(write_full, eintr, .points = 2,
      .says = "writes on when a signal handler interrupts it",
      .hint = "If the signal comes before a byte went out, write(2) fails with "
              "EINTR: call it again. See signal(7).")
{
    expect_returned(r, 5);
    expect_bytes(r, "sent", "hello", 5);
}

CLAIM(write_full, error, .points = 2,
      .says =
          "returns -1 with write's errno on an error, EAGAIN included, even "
          "if a part went out",
      .hint = "Who gets -1 looks at errno; who gets a number believes that so "
              "much went out.")
{
    expect_call_failed(r, "full", EAGAIN, "a non-blocking pipe gets full");
    expect_call_failed(r, "broken", EPIPE, "the reader goes away");
    expect_failed(r, EBADF);
    expect_quiet(r);
}

CLAIM(write_full, sigpipe, .points = 1,
      .says = "leaves SIGPIPE to its caller: by default, that one dies of it",
      .hint = "Do nothing about SIGPIPE in this function.")
{
    expect_int(r, "signal", SIGPIPE,
               "a caller with SIGPIPE at its default is killed by signal (0: "
               "by none; SIGPIPE is 13)");
}

CLAIM(write_full, n_zero, .points = 1,
      .says = "returns 0 if n is 0, and writes nothing",
      .hint = "All 0 bytes are out already.")
{
    expect_returned(r, 0);
    expect_int(r, "left", 0, "bytes in the pipe");
}

CLAIM(write_full, caller, .points = 1, .hygiene_of = "works",
      .probe = "write_full_works",
      .says = "leaves the caller's fds, signals and environment alone, prints "
              "nothing",
      .hint =
          "Whatever you open, change or start for the purpose is undone when "
          "you return.")
{
    expect_same_caller(r);
    expect_alone(r);
}

/* ---- run_pipeline ------------------------------------------------------- */

CLAIM(run_pipeline, works, .points = 2,
      .says = "connects three programs, the first to the caller's input, the "
              "last to its output",
      .hint = "Program i writes into pipe i, program i + 1 reads from it; the "
              "outer ends and standard error stay the caller's.")
{
    expect_returned(r, 0);
    expect_bytes(r, "stdout", "DN[", 3);
    expect_bytes(r, "stderr", "!!!", 3);
    expect_int(r, "status_0", 0, "status[0]");
    expect_int(r, "status_2", 0, "status[2]");
}

CLAIM(run_pipeline, one, .points = 1,
      .says = "runs one program alone, without a pipe",
      .hint = "With n 1 the first program is also the last one.")
{
    expect_returned(r, 0);
    expect_bytes(r, "stdout", "BLY", 3);
}

CLAIM(run_pipeline, many, .points = 1, .says = "runs a pipeline of 32 programs",
      .hint = "Is there an array of fixed size?")
{
    expect_returned(r, 0);
    expect_bytes(r, "stdout", "a", 1);
}

CLAIM(run_pipeline, n_zero, .points = 1,
      .says = "returns -1 with EINVAL if n is 0",
      .hint = "status[n - 1] is nowhere if n is 0.")
{
    expect_failed(r, EINVAL);
    expect_quiet(r);
}

CLAIM(run_pipeline, status, .points = 2,
      .says = "gives each program's exit code, or 128 + the signal that killed "
              "it, and returns the last one's",
      .hint =
          "wait(2) gives a wait status: WIFEXITED, WEXITSTATUS, WIFSIGNALED "
          "and WTERMSIG take it apart.")
{
    static const int expected[] = {3, 128 + 9, 255, 128 + 15, 0, 7};
    static const char *const what[] = {
        "status[0], of exit(3)",   "status[1], of a SIGKILL",
        "status[2], of exit(255)", "status[3], of a SIGTERM",
        "status[4], of exit(0)",   "status[5], of exit(7)"};

    for (int i = 0; i < 6; i++) {
        char key[] = "status_0";
        key[7] = (char)('0' + i);
        expect_int(r, key, expected[i], what[i]);
    }
    expect_returned(r, 7);
    expect_int(r, "killed", 128 + 9, "result where a SIGKILL ended the last");
}

CLAIM(run_pipeline, exec_fails, .points = 2,
      .says = "gives 127 for a program that is not found, 126 for one that "
              "cannot be run, and runs the others all the same",
      .hint =
          "The child whose execvp(3) failed knows errno: ENOENT and ENOTDIR "
          "are 127. It leaves by _exit(2).")
{
    expect_int(r, "status_1", 127, "status of no-such-program (ENOENT)");
    expect_int(r, "status_3", 127, "status of /etc/passwd/x (ENOTDIR)");
    expect_int(r, "status_4", 126, "status of /etc/passwd (EACCES)");
    expect_int(r, "ran_0", 1, "the first program ran");
    expect_int(r, "ran_2", 1, "the third program ran");
    expect_int(r, "ran_5", 1, "the last program ran");
    expect_returned(r, 0);
    expect_quiet(r);
}

CLAIM(run_pipeline, side_by_side, .points = 2,
      .says = "runs all programs side by side: three that wait for each other "
              "all get there",
      .hint = "Start them all before you wait for the first one.")
{
    expect_returned(r, 0);
}

/* Who holds an end of a pipe that two programs are connected by? */
static void expect_two_holders(const struct record *r, const struct snapshot *s,
                               const struct pipe_lane *lane)
{
    bool is_ours = false;

    for (size_t i = 0; i < lane->n_writers; i++) {
        const struct process *p = &s->processes[lane->writers[i].process];
        is_ours =
            is_ours || (lane->writers[i].fd == 1 &&
                        strcmp(snapshot_text(s, p->comm_text), "member") == 0);
    }
    if (!is_ours)
        return;
    for (int side = 0; side < 2; side++) {
        const struct pipe_end *ends = side ? lane->writers : lane->readers;
        size_t n = side ? lane->n_writers : lane->n_readers;
        for (size_t i = 0; i < n; i++) {
            const struct process *p = &s->processes[ends[i].process];
            bool is_right = p->pid != r->caller_pid && ends[i].fd == side;
            expect(is_right, NULL,
                   "while they run, a pipe's write end is fd 1 of one program "
                   "and its read end fd 0 of the next, and nobody else's",
                   "a %s end is also fd %d of %s", side ? "write" : "read",
                   ends[i].fd,
                   p->pid == r->caller_pid ? "the caller"
                                           : "one of the programs");
        }
    }
    expect(lane->n_readers == 1 && lane->n_writers == 1, NULL,
           "one holder of each end of each pipe",
           "%zu holders of the read end, %zu of the write end", lane->n_readers,
           lane->n_writers);
}

CLAIM(run_pipeline, ends, .points = 2, .hygiene_of = "works",
      .says = "leaves no pipe end with a process that does not use it",
      .hint = "After fork each end is open twice, and it is not gone before "
              "every copy is closed: O_CLOEXEC for the programs, close(2) in "
              "the caller.")
{
    const struct snapshot *s = record_look(r, "running");
    struct pipes pipes;

    expect(s != NULL, NULL, "three programs that run side by side",
           "they never all ran");
    expect(pipes_init(&pipes, s) == 0, NULL, "memory", "there is none");
    for (size_t i = 0; i < pipes.n; i++)
        expect_two_holders(r, s, &pipes.lanes[i]);
    pipes_fini(&pipes);
}

CLAIM(run_pipeline, eof, .points = 2,
      .says = "lets each program see EOF when the one before it has ended",
      .hint =
          "EOF comes when the last copy of the write end is closed, and the "
          "caller has one.")
{
    expect_returned(r, 0);
    expect_int(r, "came", 5, "bytes that the last program read before EOF");
}

CLAIM(run_pipeline, large, .points = 1,
      .says = "passes 1 MiB through, more than a pipe holds",
      .hint = "A program that writes more than 64 KiB waits for its reader.")
{
    expect_returned(r, 0);
    expect_int(r, "came", LARGE, "bytes that the last program read");
    expect_int(r, "right", LARGE, "bytes that are right, from the start");
}

CLAIM(run_pipeline, sigpipe, .points = 1,
      .says = "lets an endless writer die of SIGPIPE when its reader has ended",
      .hint = "SIGPIPE comes when the last copy of the read end is closed.")
{
    expect_int(r, "status_1", 0, "status of the reader");
}

CLAIM(run_pipeline, failure, .points = 2,
      .says =
          "returns -1 when a process cannot be made, what was started being "
          "ended and waited for",
      .hint = "The first two programs run for ever: kill(2) them by PID, wait "
              "for them, close what is open, and keep fork's errno.")
{
    if (!made_all_the_same(r))
        expect_failed(r, EAGAIN);
    expect_same_caller(r);
    expect_alone(r);
}

CLAIM(run_pipeline, no_pipe, .points = 1,
      .says = "returns -1 with pipe's errno when a pipe cannot be made, the "
              "first one or a later one, and ends what was started",
      .hint = "pipe(2) fails, too: EMFILE where the process has too many fds. "
              "(In this test the first program may run already by then, and "
              "runs for ever.)")
{
    expect_call_failed(r, "first", EMFILE, "no first pipe");
    expect_failed(r, EMFILE);
    expect_same_caller(r);
    expect_alone(r);
}

/* ---- capture_output ----------------------------------------------------- */

CLAIM(capture_output, works, .points = 1,
      .says = "collects what a program prints",
      .hint = "The program's standard output is the write end of a pipe; you "
              "read the other one to EOF.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "hello", 5);
    expect_int(r, "len", 5, "*len");
}

CLAIM(capture_output, short_reads, .points = 1,
      .says = "collects output that comes in pieces",
      .hint = "One read(2) brings what is there now. When is it all?")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "one two three", 13);
}

CLAIM(
    capture_output, any_bytes, .points = 1,
    .says = "takes the output as it is: NULs, too, and bytes that are no text",
    .hint = "Output is bytes: strlen(3) and str... functions stop at a NUL.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "a\0b\377\n\0", 6);
    expect_int(r, "len", 6, "*len");
}

CLAIM(capture_output, nul, .points = 1, .hygiene_of = "works",
      .says = "puts a NUL after the last byte, which *len does not count; an "
              "empty output is an empty string; each can be freed",
      .hint = "Keep room for one byte more than came, in memory of malloc(3), "
              "new for each call: the caller frees it.")
{
    expect_int(r, "missing", -1,
               "a length at which the NUL is missing (-1: none)");
    expect_int(r, "freed", 1, "free(3) takes *out (1: yes)");
}

CLAIM(capture_output, large, .points = 2,
      .says = "collects 1 MiB: it reads before it waits",
      .hint =
          "A pipe holds 64 KiB; then the program waits for you to read, and "
          "you must not wait for it to end.")
{
    expect_returned(r, 0);
    expect_int(r, "len", LARGE, "*len");
    expect_int(r, "out_right", LARGE, "bytes that are right, from the start");
}

CLAIM(capture_output, eof, .points = 1,
      .says = "collects until EOF, as $(...) does: also what a child prints "
              "that outlives the program",
      .hint = "EOF comes when the last copy of the write end is closed: yours, "
              "the program's, and its children's.")
{
    expect_bytes(r, "out", "early late", 10);
}

CLAIM(capture_output, stdin, .points = 1,
      .says = "leaves the program the caller's standard input",
      .hint = "Only standard output is a pipe.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "BLY", 3);
}

CLAIM(capture_output, stderr, .points = 1,
      .says = "leaves the program the caller's standard error",
      .hint = "Only standard output is a pipe.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "out", 3);
    expect_bytes(r, "stderr", "complaint", 9);
}

/* ---- feed_and_capture --------------------------------------------------- */

CLAIM(feed_and_capture, works, .points = 1,
      .says = "feeds a program and collects what it prints",
      .hint = "Two pipes: one to its standard input, one from its standard "
              "output.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "hello", 5);
}

CLAIM(feed_and_capture, eof, .points = 1,
      .says = "lets the program see EOF after its input",
      .hint = "Close your write end once all is written; the program must have "
              "none of its own.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "hello.", 6);
}

CLAIM(feed_and_capture, empty, .points = 1,
      .says = "lets the program see EOF at once if there is no input",
      .hint = "With nothing to write there is still an end to close, and a NUL "
              "to put after what came.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", ".", 1);
    expect_int(r, "nul", 1, "a NUL after it (1: yes)");
}

CLAIM(feed_and_capture, no_deadlock, .points = 3,
      .says = "passes 1 MiB in and 1 MiB out through a program that copies",
      .hint = "Neither write all first nor read all first: poll(2) says which "
              "end does not block, or let a thread or a child do one of both.")
{
    expect_returned(r, 0);
    expect_int(r, "len", LARGE, "*out_len");
    expect_int(r, "out_right", LARGE, "bytes that are right, from the start");
}

CLAIM(feed_and_capture, talks_first, .points = 1,
      .says = "feeds a program that prints 1 MiB before it reads",
      .hint = "While nobody reads your input, the program's output must go on "
              "being read.")
{
    expect_returned(r, 0);
    expect_int(r, "len", LARGE, "*out_len");
    expect_int(r, "came", LARGE, "bytes that the program read");
    expect_int(r, "right", LARGE, "bytes that are right, from the start");
}

CLAIM(feed_and_capture, output_first, .points = 1,
      .says = "goes on feeding a program that has closed its standard output",
      .hint = "EOF on its output is not the end of it: it may still read.")
{
    expect_returned(r, 4);
    expect_int(r, "came", LARGE, "bytes that the program read");
    expect_int(r, "len", 0, "*out_len");
}

CLAIM(
    feed_and_capture, early_close, .points = 1,
    .says = "takes a program that ends without reading its input for no error",
    .hint = "EPIPE means that nobody reads any more: stop writing, that is "
            "all. (In this test the caller ignores SIGPIPE.)")
{
    expect_returned(r, 6);
    expect_bytes(r, "out", "hello", 5);
}

CLAIM(feed_and_capture, stops_reading, .points = 1,
      .says = "goes on collecting from a program that has stopped reading",
      .hint = "After EPIPE there may still be output. (In this test the caller "
              "ignores SIGPIPE.)")
{
    expect_returned(r, 0);
    expect_int(r, "len", LARGE, "*out_len");
    expect_int(r, "out_right", LARGE, "bytes that are right, from the start");
}

CLAIM(feed_and_capture, sigpipe, .points = 1, .hygiene_of = "works",
      .says = "keeps SIGPIPE from killing the caller",
      .hint = "Writing to a pipe that nobody reads raises SIGPIPE, which kills "
              "by default. Block it while you write, take it if it came "
              "(sigtimedwait(2)), and put the mask back.")
{
    expect_unchanged(r, "changed_pending", "no signal is left pending");
}

CLAIM(feed_and_capture, pending, .points = 1, .hygiene_of = "works",
      .says = "leaves no SIGPIPE pending that was not, and one that was",
      .hint = "sigpending(2) before you write says whether the SIGPIPE that is "
              "there afterwards is yours to take. (In this test the caller "
              "blocks SIGPIPE.)")
{
    expect_int(r, "pending_after_none", 0,
               "none was pending before: SIGPIPE pending (0: no, 1: yes)");
    expect_int(r, "pending_after_one", 1,
               "one was pending before: SIGPIPE pending (0: no, 1: yes)");
}

static void expect_own_mask(const struct record *r)
{
    expect_text(r, "program_mask", "USR2",
                "blocked in the program (the caller blocks USR2)");
    expect_text(r, "mask_with_pipe", "USR2 PIPE",
                "blocked in the program (the caller blocks USR2 and PIPE)");
}

static void expect_own_ignored(const struct record *r)
{
    expect_text(r, "program_ignored", "USR1",
                "ignored in the program (the caller ignores USR1)");
    expect_text(r, "ignored_with_pipe", "USR1 PIPE",
                "ignored in the program (the caller ignores USR1 and PIPE)");
}

CLAIM(feed_and_capture, program_sigpipe, .points = 1, .hygiene_of = "works",
      .probe = "feed_and_capture_inherited",
      .says = "starts the program with the caller's own signal mask and "
              "dispositions, SIGPIPE's too",
      .hint =
          "What you do about SIGPIPE you do after fork: a child inherits the "
          "mask, and what is ignored stays so across exec.")
{
    expect_own_mask(r);
    expect_own_ignored(r);
}

static void expect_blocking(const struct record *r, const char *key,
                            const char *which)
{
    char expected[64];
    int64_t flags = 0;

    snprintf(expected, sizeof expected, "a standard %s that blocks", which);
    expect(record_int(r, key, &flags) && flags >= 0, NULL, expected,
           "it is closed");
    expect((flags & O_NONBLOCK) == 0, NULL, expected,
           "O_NONBLOCK is set on the program's standard %s", which);
}

CLAIM(feed_and_capture, blocking, .points = 1, .hygiene_of = "works",
      .probe = "feed_and_capture_inherited",
      .says = "gives the program a standard input and output that block, as "
              "programs expect",
      .hint = "O_NONBLOCK belongs on your ends alone: set it with fcntl(2), "
              "not with pipe2(2), which sets it on both.")
{
    expect_blocking(r, "stdin_flags", "input");
    expect_blocking(r, "stdout_flags", "output");
}

CLAIM(feed_and_capture, ends, .points = 1, .hygiene_of = "works",
      .probe = "feed_and_capture_inherited",
      .says = "leaves the program no fd beside 0, 1 and 2",
      .hint = "A program that has the write end of its own input never sees "
              "EOF. O_CLOEXEC closes it at exec.")
{
    expect_text(r, "program_fds", "", "fds above 2 in the program");
}

/* ---- what two or three of them promise alike ---------------------------- */

/* A claim of each of the three functions that start programs. */
#define ALL_THREE(name_, ...)                                                  \
    static void judge_##name_(const struct record *r);                         \
    CLAIM(run_pipeline, name_, .points = 1, .hygiene_of = "works",             \
          __VA_ARGS__)                                                         \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    CLAIM(capture_output, name_, .points = 1, .hygiene_of = "works",           \
          __VA_ARGS__)                                                         \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    CLAIM(feed_and_capture, name_, .points = 1, .hygiene_of = "works",         \
          __VA_ARGS__)                                                         \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    static void judge_##name_(const struct record *r)

/* The same of the two that capture. */
#define BOTH(name_, probe_, ...)                                               \
    static void judge_##name_(const struct record *r);                         \
    CLAIM(capture_output, name_, .points = 1,                                  \
          .probe = "capture_output_" #probe_, __VA_ARGS__)                     \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    CLAIM(feed_and_capture, name_, .points = 1,                                \
          .probe = "feed_and_capture_" #probe_, __VA_ARGS__)                   \
    {                                                                          \
        judge_##name_(r);                                                      \
    }                                                                          \
    static void judge_##name_(const struct record *r)

BOTH(status, statuses,
     .says = "returns the program's exit code, or 128 + the signal that killed "
             "it",
     .hint = "wait(2) gives a wait status: WIFEXITED, WEXITSTATUS, WIFSIGNALED "
             "and WTERMSIG take it apart.")
{
    expect_int(r, "code_3", 3, "result where the program exits with 3");
    expect_int(r, "code_255", 255, "result where the program exits with 255");
    expect_int(r, "signal_9", 128 + 9, "result where a SIGKILL ends it");
    expect_int(r, "signal_15", 128 + 15, "result where a SIGTERM ends it");
}

BOTH(exec_fails, exec,
     .says = "returns 127 for a program that is not found, 126 for one that "
             "cannot be run, with an empty string",
     .hint = "The child whose execvp(3) failed knows errno; it leaves by "
             "_exit(2), and you read EOF.")
{
    expect_int(r, "missing", 127, "result of no-such-program (ENOENT)");
    expect_int(r, "missing_is_empty", 1, "its output is an empty string");
    expect_int(r, "no_program", 126, "result of /etc/passwd (EACCES)");
    expect_int(r, "no_program_is_empty", 1, "its output is an empty string");
    expect_quiet(r);
}

/* Where n fds could be had. It may do with more than one; if not, it says so. */
static void expect_no_pipe(const struct record *r, int n)
{
    char key[32], what[64];
    int64_t returned = -1;

    snprintf(key, sizeof key, "with_%d", n);
    snprintf(what, sizeof what, "with %d fd%s to be had", n, n == 1 ? "" : "s");
    if (n > 1 && (!record_int(r, key, &returned) || returned == 0))
        return;
    expect_call_failed(r, key, EMFILE, what);
    snprintf(key, sizeof key, "with_%d_is_null", n);
    expect_int(r, key, 1, "*out is NULL (1: yes)");
}

BOTH(failure, cannot,
     .says = "returns -1 with errno and *out NULL when a pipe or a process "
             "cannot be made, and undoes what it did",
     .hint = "pipe(2) and fork(2) fail, too. Close what is open, put back what "
             "you changed, and keep their errno.")
{
    for (int n = 1; n <= 3; n++)
        expect_no_pipe(r, n);
    if (!made_all_the_same(r)) {
        expect_failed(r, EAGAIN);
        expect_int(r, "is_null", 1, "*out is NULL (1: yes)");
    }
    expect_same_caller(r);
    expect_alone(r);
}

CLAIM(run_pipeline, path, .points = 1, .says = "searches a program in PATH",
      .hint = "execvp(3) does; execv(3) does not.")
{
    expect_int(r, "status_1", 0, "status of sh -c 'exit 0'");
}

CLAIM(run_pipeline, direct, .points = 1,
      .says = "hands arguments on as they are: no shell in between",
      .hint = "A shell splits words and runs what is after a ;. Call execvp(3) "
              "yourself.")
{
    expect_bytes(r, "argument", "a  b; exit 9 #*'", 16);
}

ALL_THREE(eintr, .says = "goes on when signal handlers interrupt it",
          .hint = "waitpid(2), read(2), poll(2) fail with EINTR when a handler "
                  "without SA_RESTART has run: call them again.")
{
    expect_returned(r, 0);
}

ALL_THREE(other_children, .says = "leaves the caller's other children alone",
          .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and "
                  "-1 take any child.")
{
    expect_others_left(r);
}

CLAIM(run_pipeline, mask, .points = 1, .hygiene_of = "works",
      .probe = "run_pipeline_inherited",
      .says = "starts programs with the caller's signal mask, and leaves that "
              "as it was",
      .hint = "A child inherits the mask that the caller has when it forks.")
{
    expect_own_mask(r);
    expect_unchanged(r, "changed_mask", "the caller's signal mask as before");
}

CLAIM(run_pipeline, dispositions, .points = 1, .hygiene_of = "works",
      .probe = "run_pipeline_inherited",
      .says = "starts programs with the caller's signal dispositions, and "
              "leaves these as they were",
      .hint = "What is ignored when it forks is ignored in the program, too.")
{
    expect_own_ignored(r);
    expect_unchanged(r, "changed_dispositions",
                     "the caller's signal dispositions as before");
}

CLAIM(capture_output, inherited, .points = 1, .hygiene_of = "works",
      .says = "starts the program with the caller's signal mask, dispositions "
              "and environment, and no fd beside 0, 1 and 2, and leaves the "
              "caller's signals as they were",
      .hint = "What the caller changes before fork, the program inherits; "
              "O_CLOEXEC closes an fd at exec.")
{
    expect_own_mask(r);
    expect_own_ignored(r);
    expect_text(r, "program_value", "03", "PROCLAB_LAB in its environment");
    expect_text(r, "program_fds", "", "fds above 2 in the program");
    expect_blocking(r, "stdout_flags", "output");
    expect_unchanged(r, "changed_mask", "the caller's signal mask as before");
    expect_unchanged(r, "changed_dispositions",
                     "the caller's signal dispositions as before");
}

CLAIM(feed_and_capture, mask, .points = 1, .hygiene_of = "works",
      .probe = "feed_and_capture_sigpipe",
      .says = "leaves the caller's signal mask as it was",
      .hint = "Put back the mask that you got from sigprocmask(2), on each way "
              "out.")
{
    expect_unchanged(r, "changed_mask", "the caller's signal mask as before");
}

CLAIM(feed_and_capture, dispositions, .points = 1, .hygiene_of = "works",
      .probe = "feed_and_capture_pending",
      .says = "leaves the caller's signal dispositions as they were",
      .hint = "Put back what you got from sigaction(2), on each way out. (In "
              "this test the caller has a handler for SIGPIPE.)")
{
    expect_unchanged(r, "changed_dispositions",
                     "the caller's signal dispositions as before");
}

CLAIM(run_pipeline, child_returns, .points = 1, .hygiene_of = "works",
      .says = "returns once: no child of its comes back into the caller's code",
      .hint = "A child whose exec failed is still there: _exit(2).")
{
    expect(r->extra_returns == 0, NULL, "one return", "%u returns",
           r->extra_returns + 1);
}

ALL_THREE(exit,
          .says =
              "leaves what the caller has in its stdio buffers alone, where "
              "exec fails",
          .hint = "The child has a copy of the caller's buffers, and exit(3) "
                  "writes them out: _exit(2) does not.")
{
    expect_written_once(r);
}

CLAIM(run_pipeline, no_zombie, .points = 1, .hygiene_of = "works",
      .says = "waits for all: when it returns no process of its is left",
      .hint = "Each child is waited for once, by its PID.")
{
    expect_alone(r);
}

CLAIM(
    capture_output, no_zombie, .points = 1, .hygiene_of = "works",
    .probe = "capture_output_ended",
    .says = "waits for the program: when it returns no process of its is left",
    .hint = "EOF is not the end of the process: waitpid(2).")
{
    expect_alone(r);
}

CLAIM(
    feed_and_capture, no_zombie, .points = 1, .hygiene_of = "works",
    .probe = "feed_and_capture_ended",
    .says = "waits for what it made: when it returns no process of its is left",
    .hint = "EOF is not the end of the process: waitpid(2).")
{
    expect_alone(r);
}

/* After a call that went well. */
static void judge_fds(const struct record *r)
{
    expect_unchanged(r, "changed_fds",
                     "the caller's file descriptors as before");
    expect_unchanged(r, "changed_environment",
                     "the caller's environment as before");
    expect_quiet(r);
}

CLAIM(run_pipeline, no_leak, .points = 1, .hygiene_of = "works",
      .probe = "run_pipeline_eof",
      .says = "leaves no fd open in the caller, prints nothing of its own",
      .hint = "Each end of each pipe is open in the caller, too: close it.")
{
    judge_fds(r);
}

CLAIM(capture_output, no_leak, .points = 1, .hygiene_of = "works",
      .probe = "capture_output_ended",
      .says = "leaves no fd open in the caller, prints nothing of its own",
      .hint = "The end that you read is open until you close it.")
{
    judge_fds(r);
}

CLAIM(feed_and_capture, no_leak, .points = 1, .hygiene_of = "works",
      .probe = "feed_and_capture_ended",
      .says = "leaves no fd open in the caller, prints nothing of its own",
      .hint = "Two pipes have four ends: close each one.")
{
    judge_fds(r);
}

/* buf_1 to buf_7: the bits of the number are the fds that were closed. */
static void expect_right_without(const struct record *r, const char *bytes,
                                 size_t len)
{
    static const char *const fds[] = {"",  "0",       "1",       "0 and 1",
                                      "2", "0 and 2", "1 and 2", "0 to 2"};

    for (int closed = 1; closed < 8; closed++) {
        char key[] = "buf_0";
        size_t total = 0, kept = 0;
        key[4] = (char)('0' + closed);
        const unsigned char *got = record_bytes(r, key, &total, &kept);
        expect(got && kept == len && memcmp(got, bytes, len) == 0, NULL,
               "all bytes come through, whichever of fds 0 to 2 the caller has "
               "closed",
               "they do not where it has closed %s", fds[closed]);
    }
    expect_unchanged(r, "changed_fds", "what was closed stays closed");
}

CLAIM(run_pipeline, low_fds, .points = 1, .hygiene_of = "works",
      .says = "is right, too, where the caller has some of fds 0 to 2 closed",
      .hint =
          "Then pipe(2) gives these numbers: a dup2(2) to 0 or 1 overwrites "
          "another end, or does nothing and leaves close-on-exec set.")
{
    expect_right_without(r, "hello", 5);
}

CLAIM(capture_output, low_fds, .points = 1, .hygiene_of = "works",
      .says = "is right, too, where the caller has some of fds 0 to 2 closed",
      .hint = "Then pipe(2) gives these numbers: a dup2(2) to 1 does nothing, "
              "and leaves close-on-exec set.")
{
    expect_right_without(r, "hello", 5);
}

CLAIM(feed_and_capture, low_fds, .points = 1, .hygiene_of = "works",
      .says = "is right, too, where the caller has some of fds 0 to 2 closed",
      .hint =
          "Then pipe(2) gives these numbers: a dup2(2) to 0 or 1 overwrites "
          "another end, or does nothing and leaves close-on-exec set.")
{
    expect_right_without(r, "hello.", 6);
}

GRADER
