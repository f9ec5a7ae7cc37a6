/*
 * exercise.h - the contract of lab 02, exec. You write these four functions
 * in exercise.c; the grader looks at what they did in the kernel.
 *
 * Read first: fork(2), execve(2), execvp(3), waitpid(2), _exit(2), environ(7);
 * for the third one open(2) and dup2(2), for the last one pipe(2), and what
 * fcntl(2) says of FD_CLOEXEC. In TLPI: chapters 27 (exec), 26 (waiting), 6.7
 * (the environment), 5.5 (dup2), 28 (what a child inherits).
 *
 * All four keep these promises:
 *
 *   - A call that a signal handler interrupted (EINTR) is taken up again.
 *   - When they return, on failure too, no file descriptor is open that was
 *     not open before, and no process of theirs is left, running or zombie
 *     (but for the program that spawn_checked() started: that is its purpose).
 *   - Other children of the caller are left alone: neither waited for nor
 *     signalled.
 *   - The caller's signal dispositions, signal mask and environment are as
 *     before, and a started program gets these same ones. No file descriptor
 *     that was opened for the purpose is open in the program, beside 0 to 2.
 *   - Nothing is printed; a forked child that cannot exec leaves by _exit(2).
 *
 * argv is handed on as it is, argv[0] too: file alone says what is run, and no
 * shell is in between.
 */
#ifndef LAB_02_EXEC_EXERCISE_H
#define LAB_02_EXEC_EXERCISE_H

#include <sys/types.h>

/*
 * Run a program, wait for it, and say how it ended. file is searched in PATH,
 * as execvp(3) does.
 *
 * Returns what a shell's $? would be: its exit code; 128 + the signal's number
 * if one killed it; 127 if it was not found (exec failed with ENOENT or
 * ENOTDIR); 126 if exec failed in any other way. Returns -1 with errno if no
 * process could be made.
 */
int run_program(const char *file, char *const argv[]);

/*
 * The same, with changes to the child's environment alone: "NAME=value" sets,
 * "NAME" unsets, in order; changes ends with NULL. PATH is searched as the
 * child's environment has it, as env(1) does.
 */
int run_with_env(const char *file, char *const argv[], char *const changes[]);

/*
 * The same as run_program(), with standard input, output and error from and to
 * the files of these names. NULL: inherited from the caller.
 *
 * An output is created with mode 0644 (less the umask) if there is none, or
 * truncated. If out and err are equal text, standard output and standard error
 * share one open file: what goes to the one stands behind what went to the
 * other.
 *
 * Opened in the order in, out, err. If one cannot be opened: -1 with open's
 * errno, and no program was run (an output opened before may be left, empty).
 *
 * Right even where the caller has some of fds 0 to 2 closed.
 */
int run_redirected(const char *file, char *const argv[], const char *in,
                   const char *out, const char *err);

/*
 * Start a program (PATH is searched, as execvp(3) does) and return at once.
 *
 * Returns 0, and its PID in *pid, once the new program is really running; it
 * is the caller's to wait for. Else returns a positive errno as the result:
 * exec's own (ENOENT, EACCES, ...), or that of making the process; then there
 * is nothing left to wait for.
 */
int spawn_checked(const char *file, char *const argv[], pid_t *pid);

#endif
