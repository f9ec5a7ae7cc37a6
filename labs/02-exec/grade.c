/*
 * grade.c - lab 02: what is claimed of the student's functions, a claim for
 * each sentence of exercise.h. The probe of a claim is FUNCTION_NAME in
 * probes.c unless .probe says otherwise.
 *
 * Not observed, and so not claimed: a file without #! (execvp(3) gives it to a
 * shell, posix_spawnp(3) does not, and both search PATH alike); a PATH that
 * is not set at all (every libc has its own default); and a spawn_checked()
 * that finds no fd for a pipe (one that makes none need not fail); or whose
 * wait for a child that could not exec is interrupted (that child ends at once).
 */
#include "gradekit/claim.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* ---- what each of them promises alike ----------------------------------- */

/* A claim of one function that another one makes, too: one body for both. */
#define SHARED(function_, name_, ...)                                          \
    CLAIM(function_, name_, __VA_ARGS__)                                       \
    {                                                                          \
        judge_##name_(r);                                                      \
    }

static void judge_status(const struct record *r)
{
    expect_int(r, "code_0", 0, "result where the program exits with 0");
    expect_int(r, "code_3", 3, "result where the program exits with 3");
    expect_int(r, "code_255", 255, "result where the program exits with 255");
    expect_int(r, "signal_9", 128 + 9, "result where a SIGKILL ends it");
    expect_int(r, "signal_15", 128 + 15, "result where a SIGTERM ends it");
}

static void judge_not_found(const struct record *r)
{
    expect_int(r, "missing", 127, "result of no-such-program (ENOENT)");
    expect_int(r, "under_file", 127, "result of /etc/passwd/x (ENOTDIR)");
}

static void judge_cannot_run(const struct record *r)
{
    expect_int(r, "no_program", 126, "result of /etc/passwd (EACCES)");
    expect_int(r, "too_big", 126, "result with an argument of 1 MiB (E2BIG)");
}

static void judge_exec_fails(const struct record *r)
{
    judge_not_found(r);
    judge_cannot_run(r);
    expect_alone(r);
}

static void judge_path(const struct record *r)
{
    expect_int(r, "ran", 1,
               "the program in PATH's second folder ran (the first folder has "
               "a file of that name that may not be executed)");
    expect_returned(r, 0);
}

static void judge_direct(const struct record *r)
{
    expect_returned(r, 0);
    expect_int(r, "arguments", 1, "arguments after argv[0]");
    expect_bytes(r, "argument", "a  b; exit 9 #*'", 16);
    expect_text(r, "argv_0", "another name",
                "argv[0] in the program (file is another text)");
}

/* Then the program just runs. */
static bool ran_all_the_same(const struct record *r)
{
    int64_t ran = 0;

    return made_all_the_same(r) && record_int(r, "ran", &ran) && ran == 1;
}

static void judge_no_process(const struct record *r)
{
    if (ran_all_the_same(r))
        return;
    expect_failed(r, EAGAIN);
    expect_unchanged(r, "changed_fds", "no file is left open");
}

static void judge_other_children(const struct record *r)
{
    expect_others_left(r);
}

static void judge_child_returns(const struct record *r)
{
    expect(r->extra_returns == 0, NULL, "one return", "%u returns",
           r->extra_returns + 1);
}

static void judge_exit(const struct record *r)
{
    expect_written_once(r);
}

static void judge_inherited(const struct record *r)
{
    expect_text(r, "program_mask", "USR2",
                "blocked in the program (the caller blocks USR2)");
    expect_text(r, "program_ignored", "USR1",
                "ignored in the program (the caller ignores USR1)");
    expect_text(r, "another_mask", "USR2 CHLD",
                "blocked in the program (the caller blocks USR2 and CHLD)");
    expect_text(r, "another_ignored", "INT USR1",
                "ignored in the program (the caller ignores INT and USR1)");
    expect_text(r, "program_value", "yes",
                "LAB_INHERITED in its environment (the caller has it)");
    expect_text(r, "program_fds", "", "fds above 2 in the program");
}

static void judge_caller(const struct record *r)
{
    expect_alone(r);
    expect_same_caller(r);
}

/* ---- run_program -------------------------------------------------------- */

CLAIM(run_program, works, .points = 3,
      .says = "runs a program with the caller's standard input, output and "
              "error, and returns 0 if it exits with 0",
      .hint = "fork(2); in the child execvp(3); in the parent waitpid(2).")
{
    expect_returned(r, 0);
    expect_bytes(r, "stdout", "BLY", 3);
    expect_bytes(r, "stderr", "!", 1);
}

SHARED(run_program, status, .points = 2, .probe = "run_program_statuses",
       .says = "returns the program's exit code, or 128 + the signal that "
               "killed it",
       .hint = "wait(2) gives a wait status: WIFEXITED, WEXITSTATUS, "
               "WIFSIGNALED and WTERMSIG take it apart.")

SHARED(run_program, not_found, .points = 2, .probe = "run_program_exec",
       .says = "returns 127 for a program that is not found",
       .hint = "The child whose execvp(3) failed knows errno: ENOENT and "
               "ENOTDIR are 127. It leaves by _exit(2).")

SHARED(run_program, cannot_run, .points = 2, .probe = "run_program_exec",
       .says = "returns 126 for one that is there and cannot be run",
       .hint = "All values of errno but ENOENT and ENOTDIR are 126.")

SHARED(run_program, path, .points = 2,
       .says = "searches the program in PATH, as execvp(3) does",
       .hint = "execvp(3) does it for you; execv(3) does not.")

SHARED(run_program, direct, .points = 2,
       .says = "hands argv on as it is, argv[0] too: no shell in between",
       .hint = "A shell splits words and runs what is after a ;. And file says "
               "what is run, not argv[0].")

SHARED(run_program, no_process, .points = 2,
       .says = "returns -1 with fork's errno when no process can be made",
       .hint = "fork(2) fails, too: then there is no child to wait for.")

CLAIM(run_program, stopped, .points = 1,
      .says = "goes on waiting for a program that was only stopped",
      .hint = "waitpid(2) reports stopped children only if you ask it to, by "
              "WUNTRACED.")
{
    expect_returned(r, 5);
}

CLAIM(run_program, eintr, .points = 2, .probe = "run_program_interrupted",
      .says = "goes on waiting when signal handlers interrupt it",
      .hint = "waitpid(2) fails with EINTR when a handler without SA_RESTART "
              "has run: call it again.")
{
    expect_returned(r, 0);
}

SHARED(run_program, other_children, .points = 2, .hygiene_of = "works",
       .says = "leaves the caller's other children alone",
       .hint = "waitpid(2) with the PID that fork(2) gave you: wait(2) and -1 "
               "take any child.")

SHARED(run_program, child_returns, .points = 2, .hygiene_of = "works",
       .probe = "run_program_missing",
       .says = "returns once: no child of its comes back into the caller's "
               "code where exec fails",
       .hint = "A child whose exec failed is still there: _exit(2).")

SHARED(run_program, exit, .points = 1, .hygiene_of = "works",
       .says = "leaves what the caller has in its stdio buffers alone, where "
               "exec fails",
       .hint = "The child has a copy of the caller's buffers, and exit(3) "
               "writes them out: _exit(2) does not.")

CLAIM(run_program, no_zombie, .points = 1, .hygiene_of = "works",
      .probe = "run_program_exec",
      .says = "waits for what it made, where exec fails, too: no process of "
              "its is left",
      .hint = "Each child is waited for once, by its PID.")
{
    expect_alone(r);
}

SHARED(run_program, inherited, .points = 1, .hygiene_of = "works",
       .says = "starts the program with the caller's signal mask, "
               "dispositions and environment, and no fd beside 0, 1 and 2",
       .hint = "What the caller blocks and ignores when it forks, the program "
               "blocks and ignores: change nothing before.")

SHARED(run_program, caller, .points = 1, .hygiene_of = "works",
       .says = "leaves the caller's fds, signals and environment as they were, "
               "prints nothing, leaves no process behind",
       .hint = "Whatever you open or change for the purpose is undone when you "
               "return.")

/* ---- run_with_env ------------------------------------------------------- */

CLAIM(run_with_env, works, .points = 2,
      .says = "sets variables for the program, new ones and others",
      .hint = "The child has an environment of its own, a copy: change that "
              "one, between fork and exec.")
{
    expect_returned(r, 0);
    expect_text(r, "LAB_A", "one", "LAB_A in the program");
    expect_text(r, "LAB_B", "two",
                "LAB_B in the program (the caller has LAB_B=before)");
}

CLAIM(run_with_env, unsets, .points = 2,
      .says = "unsets a variable that is named without =, whether it is there "
              "or not",
      .hint = "A variable that is empty is still there: unsetenv(3).")
{
    expect_returned(r, 0);
    expect_text(r, "LAB_A", "(not set)", "LAB_A in the program");
}

CLAIM(run_with_env, order, .points = 2,
      .says = "makes the changes in order: the last one of a name counts",
      .hint = "One pass, from the first to the last, and each one done before "
              "the next.")
{
    expect_text(r, "LAB_A", "(not set)", "LAB_A, set and then unset");
    expect_text(r, "LAB_B", "two", "LAB_B, unset and then set to two");
    expect_text(r, "LAB_C", "two", "LAB_C, set to one and then to two");
}

CLAIM(run_with_env, odd_names, .points = 1, .probe = "run_with_env_odd",
      .says = "takes an empty value and one with = in it, and a name for the "
              "whole of it",
      .hint = "The name ends at the first =. LAB_LONG is not the start of "
              "LAB_LONGER, but another name.")
{
    expect_text(r, "LAB_EMPTY", "", "LAB_EMPTY, set to nothing");
    expect_text(r, "LAB_EQUALS", "a=b c", "LAB_EQUALS");
    expect_text(r, "LAB_LONGER", "before", "LAB_LONGER (LAB_LONG was unset)");
    expect_text(r, "LAB_OTHER", "short", "LAB_OTHER");
    expect_text(r, "LAB_OTHER_TOO", "before",
                "LAB_OTHER_TOO (LAB_OTHER was set)");
}

/* One more than before, less one: each name is there once. */
CLAIM(run_with_env, others, .points = 1, .hygiene_of = "works",
      .says = "leaves the program all other variables, and each name once",
      .hint = "The changes are changes, not the whole: execve(2) with them "
              "alone has no PATH and no HOME any more.")
{
    int64_t before = 0;

    record_int(r, "variables_before", &before);
    expect_text(r, "LAB_A", "after", "LAB_A, set to after");
    expect_text(r, "LAB_C", "after", "LAB_C, set to after");
    expect_text(r, "LAB_D", "before", "LAB_D, not named in the changes");
    expect_text(r, "HOME", "/", "HOME, not named in the changes");
    expect_int(r, "variables", before,
               "variables in the program (one was unset, one is new)");
}

CLAIM(run_with_env, path, .points = 2,
      .says = "searches the program in the PATH that the child has, and in no "
              "other",
      .hint = "execvp(3) and execvpe(3) search the PATH of the process that "
              "calls them: environ, not the one that is handed over. A file "
              "that may not be executed does not end the search; if no other "
              "is found, it is 126.")
{
    expect_int(r, "in_new", 5,
               "result where it (it exits with 5) is in the changes' PATH "
               "alone, behind a file of its name that may not be executed");
    expect_int(r, "in_old", 127,
               "result where it is in the caller's PATH, and not in the one "
               "that the changes set");
    expect_int(r, "locked", 126,
               "result where the changes' PATH has only that file (EACCES)");
}

CLAIM(run_with_env, many, .points = 1, .says = "makes 200 changes",
      .hint = "Is there an array of fixed size?")
{
    expect_returned(r, 0);
    expect_text(r, "LAB_0", "0", "LAB_0, the first one");
    expect_text(r, "LAB_199", "199", "LAB_199, the last one");
}

CLAIM(run_with_env, no_changes, .points = 1,
      .says = "runs the program with the caller's environment if there is "
              "nothing to change",
      .hint = "changes[0] may be NULL.")
{
    int64_t before = 0;

    record_int(r, "variables_before", &before);
    expect_returned(r, 0);
    expect_text(r, "LAB_A", "before", "LAB_A in the program");
    expect_int(r, "variables", before, "variables in the program");
}

SHARED(run_with_env, caller, .points = 2, .hygiene_of = "works",
       .says = "leaves the caller's environment as it was, and its fds and "
               "signals, and prints nothing",
       .hint = "What is set before fork(2), or in a child of vfork(2), is set "
               "in the caller.")

SHARED(run_with_env, status, .points = 1, .probe = "run_with_env_statuses",
       .says = "returns the program's exit code, or 128 + the signal that "
               "killed it",
       .hint = "As run_program() does.")

SHARED(run_with_env, exec_fails, .points = 1, .probe = "run_with_env_exec",
       .says = "returns 127 for a program that is not found, 126 for one that "
               "cannot be run",
       .hint = "As run_program() does.")

SHARED(run_with_env, direct, .points = 1,
       .says = "hands argv on as it is, argv[0] too: no shell in between",
       .hint = "A shell splits words and runs what is after a ;. And file says "
               "what is run, not argv[0].")

SHARED(run_with_env, no_process, .points = 1,
       .says = "returns -1 with fork's errno when no process can be made",
       .hint = "fork(2) fails, too: then there is no child to wait for.")

CLAIM(run_with_env, eintr, .points = 1, .probe = "run_with_env_interrupted",
      .says = "goes on waiting when signal handlers interrupt it",
      .hint = "waitpid(2) fails with EINTR when a handler without SA_RESTART "
              "has run: call it again.")
{
    expect_returned(r, 0);
}

SHARED(run_with_env, other_children, .points = 1, .hygiene_of = "works",
       .says = "leaves the caller's other children alone",
       .hint = "waitpid(2) with the PID that fork(2) gave you.")

SHARED(run_with_env, exit, .points = 1, .hygiene_of = "works",
       .says = "leaves what the caller has in its stdio buffers alone, where "
               "exec fails",
       .hint = "_exit(2), not exit(3), in a child.")

SHARED(run_with_env, inherited, .points = 1, .hygiene_of = "works",
       .says = "starts the program with the caller's signal mask and "
               "dispositions, and no fd beside 0, 1 and 2",
       .hint = "What the caller blocks and ignores when it forks, the program "
               "blocks and ignores: change nothing before.")

/* ---- run_redirected ----------------------------------------------------- */

CLAIM(run_redirected, works, .points = 2,
      .says = "connects standard input, output and error with three files",
      .hint = "open(2) each one, and dup2(2) it to 0, 1 or 2 in the child.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "BLY", 3);
    expect_bytes(r, "err", "!", 1);
}

CLAIM(run_redirected, inherits, .points = 1,
      .says = "leaves the program the caller's where a name is NULL",
      .hint = "With NULL there is nothing to open, and nothing to dup2(2).")
{
    expect_returned(r, 0);
    expect_bytes(r, "stdout", "BLY", 3);
    expect_bytes(r, "stderr", "!", 1);
}

CLAIM(run_redirected, each, .points = 1,
      .says = "redirects each of the three alone, too",
      .hint = "Each name by itself says whether its stream is redirected.")
{
    expect_bytes(r, "stdout", "HCRBLY", 6);
    expect_bytes(r, "stderr", "!!", 2);
    expect_bytes(r, "out", "BLY", 3);
    expect_bytes(r, "err", "!", 1);
}

static void expect_mode(const struct record *r, const char *key, int expected,
                        const char *what)
{
    int64_t mode = 0;
    bool is_there = record_int(r, key, &mode);
    char wanted[96];

    snprintf(wanted, sizeof wanted, "%s: mode %04o", what, (unsigned)expected);
    expect(is_there && mode == expected, NULL, wanted,
           is_there ? "%s: mode %04o" : "%s was not created", what,
           (unsigned)mode);
}

CLAIM(run_redirected, creates, .points = 2,
      .says = "creates an output that is not there, with mode 0644 less the "
              "umask",
      .hint = "open(2) with O_CREAT takes a third argument. The kernel takes "
              "the umask's bits away; do not change the umask.")
{
    expect_mode(r, "out_mode", 0644, "standard output's file, umask 000");
    expect_mode(r, "err_mode", 0644, "standard error's file, umask 000");
    expect_mode(r, "out_mode_027", 0640, "standard output's file, umask 027");
}

CLAIM(run_redirected, truncates, .points = 1,
      .says = "truncates an output that is there",
      .hint = "Without O_TRUNC what was there stays behind what is written.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "BLY", 3);
    expect_bytes(r, "err", "!", 1);
}

CLAIM(run_redirected, access, .points = 1,
      .says = "opens an input for reading alone, an output for writing alone",
      .hint = "O_RDONLY and O_WRONLY: O_RDWR asks for more than is needed, and "
              "fails on a file that may only be read, or only be written.")
{
    expect_returned(r, 0);
    expect_bytes(r, "out", "BLY", 3);
}

CLAIM(run_redirected, same_file, .points = 3,
      .says = "lets standard output and error share one open file if their "
              "names are equal text",
      .hint = "Two open(2)s of one file have two offsets, and write over each "
              "other; two descriptors of one dup2(2) have one. And equal "
              "text is strcmp(3)'s business, not ==.")
{
    expect_bytes(r, "out", "onetwothree", 11);
    expect_int(r, "offset_2", 3,
               "standard error's offset after 3 bytes to standard output");
}

CLAIM(run_redirected, order, .points = 2,
      .says = "opens in the order in, out, err, and stops at the first that "
              "cannot be opened",
      .hint = "If in cannot be opened, out is not created or truncated.")
{
    expect_call_failed(r, "in_fails", ENOENT, "in is missing");
    expect_int(r, "in_fails_out", 0, "then out was created (1: yes)");
    expect_int(r, "in_fails_err", 0, "then err was created (1: yes)");
    expect_call_failed(r, "in_and_out_fail", ENOENT,
                       "in is missing, and out is a folder (EISDIR)");
    expect_call_failed(r, "out_fails", EISDIR, "out is a folder");
    expect_int(r, "out_fails_err", 0, "then err was created (1: yes)");
}

CLAIM(run_redirected, open_fails, .points = 3,
      .says = "returns -1 with open's errno if one cannot be opened, and runs "
              "no program",
      .hint = "A child that finds out cannot return that for you: open before "
              "fork(2), or let it tell by a close-on-exec pipe. And close(2) "
              "what was opened before.")
{
    int64_t ran;

    expect_call_failed(r, "no_input", ENOENT, "in is missing");
    expect_call_failed(r, "no_output", EACCES,
                       "out is a file that must not be written");
    expect_call_failed(r, "no_error", ENOENT, "err is in a missing folder");
    expect_call_failed(r, "no_both", EISDIR, "out and err are one folder");
    expect(!record_int(r, "ran", &ran), NULL, "no program is run",
           "the program ran");
    expect_unchanged(r, "changed_fds", "no file is left open");
    expect_alone(r);
}

/* Which of fds 0 to 2: the bits of the number. */
static const char *const fd_sets[] = {"none", "0",       "1",       "0 and 1",
                                      "2",    "0 and 2", "1 and 2", "0 to 2"};

static void expect_right_without(const struct record *r, const char *key,
                                 int closed, const char *bytes)
{
    char name[32];
    size_t total = 0, kept = 0;

    snprintf(name, sizeof name, "%s_%d", key, closed);
    const unsigned char *got = record_bytes(r, name, &total, &kept);
    expect(got && kept == strlen(bytes) && memcmp(got, bytes, kept) == 0, NULL,
           "all bytes come into the right file, whichever of fds 0 to 2 the "
           "caller has closed",
           "where it has closed %s, %s: %zu bytes \"%.*s\" and not \"%s\"",
           fd_sets[closed],
           strcmp(key, "out") == 0   ? "standard output's file"
           : strcmp(key, "err") == 0 ? "standard error's file"
                                     : "one file for output and error",
           total, (int)kept, got ? (const char *)got : "", bytes);
}

CLAIM(run_redirected, low_fds, .points = 3,
      .says = "is right, too, where the caller has some of fds 0 to 2 closed",
      .hint = "Then open(2) returns these numbers: a dup2(2) to 0, 1 or 2 "
              "overwrites another file, or does nothing and leaves "
              "close-on-exec set. fcntl(2) with F_DUPFD_CLOEXEC and 3.")
{
    for (int closed = 1; closed < 8; closed++) {
        expect_right_without(r, "out", closed, "BLY");
        expect_right_without(r, "err", closed, "!");
        expect_right_without(r, "both", closed, "BLY!");
    }
}

CLAIM(run_redirected, low_closed, .points = 1,
      .says = "leaves closed what the caller has closed: in the program where "
              "a name is NULL, and in the caller",
      .hint = "NULL means inherited: closed, too. A file that open(2) put at "
              "0, 1 or 2 must not stay there, nor must its copy stay in the "
              "program: F_DUPFD_CLOEXEC.")
{
    static const char *const which[] = {"no file is given", "in is a file",
                                        "out is a file", "err is a file"};

    for (int closed = 1; closed < 8; closed++)
        for (int w = 0; w < 4; w++) {
            char key[24];
            int64_t open = -1;
            int expected = (7 & ~closed) | (w == 0 ? 0 : 1 << (w - 1));
            snprintf(key, sizeof key, "open_%d_%d", closed, w);
            bool is_known = record_int(r, key, &open);
            expect(is_known && open == expected, NULL,
                   "the program has the caller's fds 0 to 2, and what it is "
                   "given",
                   "where the caller has closed %s and %s, open in the "
                   "program: %s, not %s",
                   fd_sets[closed], which[w],
                   open >= 0 && open < 8    ? fd_sets[open]
                   : open >= 8 && open < 16 ? "one above 2"
                                            : "(it did not run)",
                   fd_sets[expected]);
        }
    expect_unchanged(r, "changed_fds",
                     "0 to 2 are closed in the caller, if they were, when it "
                     "returns");
}

SHARED(run_redirected, status, .points = 1, .probe = "run_redirected_statuses",
       .says = "returns the program's exit code, or 128 + the signal that "
               "killed it",
       .hint = "As run_program() does.")

SHARED(run_redirected, exec_fails, .points = 1, .probe = "run_redirected_exec",
       .says = "returns 127 for a program that is not found, 126 for one that "
               "cannot be run",
       .hint = "As run_program() does.")

SHARED(run_redirected, path, .points = 1,
       .says = "searches the program in PATH",
       .hint = "execvp(3) does it for you; execv(3) does not.")

SHARED(run_redirected, direct, .points = 1,
       .says = "hands argv on as it is, argv[0] too: no shell in between",
       .hint = "A shell would redirect, too, but it also takes the arguments "
               "apart.")

SHARED(run_redirected, no_process, .points = 1,
       .says = "returns -1 with fork's errno when no process can be made",
       .hint = "Close the files, and keep fork's errno.")

CLAIM(run_redirected, eintr, .points = 1,
      .says = "goes on opening and waiting when signal handlers interrupt it",
      .hint = "waitpid(2) fails with EINTR, and so does open(2) of a FIFO that "
              "nobody writes to yet: call them again.")
{
    expect_returned(r, 0);
    expect_bytes(r, "read", "AKX", 3);
}

SHARED(run_redirected, other_children, .points = 1, .hygiene_of = "works",
       .says = "leaves the caller's other children alone",
       .hint = "waitpid(2) with the PID that fork(2) gave you.")

SHARED(run_redirected, exit, .points = 1, .hygiene_of = "works",
       .says = "leaves what the caller has in its stdio buffers alone, where "
               "exec fails",
       .hint = "_exit(2), not exit(3), in a child.")

SHARED(run_redirected, inherited, .points = 1, .hygiene_of = "works",
       .says = "starts the program with the caller's signal mask and "
               "dispositions, and no fd beside 0, 1 and 2",
       .hint = "The fd that was dup2(2)ed is open in the program, too, unless "
               "it is closed there: O_CLOEXEC.")

SHARED(run_redirected, caller, .points = 1, .hygiene_of = "works",
       .says = "leaves the caller's fds as they were, its own 0 to 2 too, its "
               "signals and environment, and prints nothing",
       .hint = "dup2(2) in the child, not in the caller; and what is opened in "
               "the caller is closed there.")

/* ---- spawn_checked ------------------------------------------------------ */

CLAIM(spawn_checked, works, .points = 3,
      .says = "starts a program, returns 0 and its PID while it runs, and "
              "leaves it to the caller to wait for",
      .hint = "If it waits for EOF of a pipe: does the program have the write "
              "end, too? O_CLOEXEC. And have you closed your own?")
{
    int64_t pid = -1;

    expect_returned(r, 0);
    record_int(r, "pid", &pid);
    expect_int(r, "program_pid", pid, "PID of the program (*pid is this one)");
    expect_int(r, "ended_with", 5,
               "exit code that the caller gets from waitpid(2) (-1: nothing to "
               "wait for)");
}

CLAIM(spawn_checked, running, .points = 3,
      .says = "does not return before exec has succeeded",
      .hint = "After fork(2) the child may not have come to exec yet. A "
              "close-on-exec pipe says when: its write end is closed by exec.")
{
    int64_t was_early = 0;

    expect_returned(r, 0);
    record_int(r, "returned_before_exec", &was_early);
    expect(was_early == 0, NULL, "when it returns, the new program is running",
           "it returned while its child was still on the way to exec");
}

CLAIM(spawn_checked, not_found, .points = 2, .probe = "spawn_checked_exec",
      .says = "returns ENOENT or ENOTDIR as exec does, for a program that is "
              "not found",
      .hint = "The child knows errno, and can write(2) it into the pipe. The "
              "errno is the result, not -1.")
{
    expect_int(r, "missing", ENOENT, "result of no-such-program (ENOENT is 2)");
    expect_int(r, "under_file", ENOTDIR,
               "result of /etc/passwd/x (ENOTDIR is 20)");
}

CLAIM(spawn_checked, cannot_run, .points = 2, .probe = "spawn_checked_exec",
      .says = "returns exec's errno whatever it is",
      .hint = "All of errno goes through the pipe, sizeof(int) bytes: an exit "
              "code of 127 or 126 says less.")
{
    expect_int(r, "no_program", EACCES, "result of /etc/passwd (EACCES is 13)");
    expect_int(r, "too_big", E2BIG,
               "result with an argument of 1 MiB (E2BIG is 7)");
}

CLAIM(spawn_checked, nothing_left, .points = 2, .hygiene_of = "not_found",
      .probe = "spawn_checked_exec",
      .says = "leaves nothing to wait for, and no fd open, where exec fails",
      .hint = "The child is there all the same, and a zombie when it has "
              "ended: waitpid(2) for it before you return.")
{
    expect_alone(r);
    expect_unchanged(r, "changed_fds", "no pipe end is left open");
}

CLAIM(spawn_checked, no_process, .points = 2,
      .says = "returns fork's errno when no process can be made",
      .hint = "The errno is the result here, too. Close the pipe, and do not "
              "wait for a child that there is not.")
{
    if (ran_all_the_same(r))
        return;
    expect_returned(r, EAGAIN);
    expect_unchanged(r, "changed_fds", "no pipe end is left open");
}

SHARED(spawn_checked, path, .points = 1, .says = "searches the program in PATH",
       .hint = "execvp(3) does it for you; execv(3) does not.")

SHARED(spawn_checked, direct, .points = 1,
       .says = "hands argv on as it is, argv[0] too: no shell in between",
       .hint = "file says what is run, not argv[0].")

CLAIM(spawn_checked, eintr, .points = 1,
      .says = "goes on waiting for exec when signal handlers interrupt it",
      .hint = "read(2) fails with EINTR when a handler without SA_RESTART has "
              "run: call it again.")
{
    expect_returned(r, 0);
}

SHARED(spawn_checked, other_children, .points = 1, .hygiene_of = "works",
       .says = "leaves the caller's other children alone",
       .hint = "waitpid(2) with the PID that fork(2) gave you.")

SHARED(spawn_checked, child_returns, .points = 1, .hygiene_of = "works",
       .probe = "spawn_checked_missing",
       .says = "returns once: no child of its comes back into the caller's "
               "code where exec fails",
       .hint = "A child whose exec failed is still there: _exit(2).")

SHARED(spawn_checked, exit, .points = 1, .hygiene_of = "works",
       .says = "leaves what the caller has in its stdio buffers alone, where "
               "exec fails",
       .hint = "_exit(2), not exit(3), in a child.")

SHARED(spawn_checked, inherited, .points = 1, .hygiene_of = "works",
       .says = "starts the program with the caller's signal mask, "
               "dispositions and environment, and no fd beside 0, 1 and 2",
       .hint = "Both ends of the pipe are close-on-exec: pipe2(2) sets it on "
               "both.")

SHARED(spawn_checked, caller, .points = 1, .hygiene_of = "works",
       .says = "leaves the caller's fds, signals and environment as they were, "
               "prints nothing, leaves no process behind",
       .hint = "Both ends of the pipe are open in the caller, too: close them "
               "on each way out.")

GRADER
