/*
 * exercise.h - the contract of lab 01, processes that come and go. You write
 * these five functions in exercise.c; the grader looks at what they did in the
 * kernel.
 *
 * Read first: fork(2), wait(2) (waitpid and the macros), _exit(2), exit(3),
 * getpid(2), strsignal(3) (for sigabbrev_np), snprintf(3), signal(7). In TLPI:
 * chapters 24 (creation), 25 (termination), 26 (waiting for children).
 *
 * All five keep these promises:
 *
 *   - Where they return -1 because of a failure, errno says why.
 *   - A call that a signal handler interrupted (EINTR) is taken up again.
 *   - When they return, on failure too, no file descriptor is open that was
 *     not open before, and no process of theirs is left, running or zombie,
 *     but those that they are for.
 *   - Other children of the caller are left alone: neither waited for nor
 *     signalled.
 *   - The caller's signal dispositions, signal mask and environment are as
 *     before.
 *   - Nothing is printed; a forked child leaves by _exit(2).
 */
#ifndef LAB_01_FORK_EXERCISE_H
#define LAB_01_FORK_EXERCISE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Fork n children; child i exits at once with status i & 0xff. pids[i] is
 * child i's PID.
 *
 * Does not wait: they are the caller's to wait for. Returns 0 (n may be 0).
 *
 * If one cannot be made, those made so far are reaped, and -1 is returned with
 * fork's errno.
 */
int fork_children(size_t n, pid_t pids[]);

/*
 * Wait for exactly these n children of the caller to end, in whatever order
 * they do; status[i] becomes the wait status of pids[i], as waitpid(2) gives
 * it.
 *
 * Other children are left alone. Returns 0 (n may be 0).
 *
 * If one of them is no child of the caller, the others are reaped all the
 * same, with their statuses; then -1 is returned with ECHILD.
 */
int reap_children(size_t n, const pid_t pids[], int status[]);

/*
 * Make a chain of `depth` generations below the caller: each process forks one
 * child and waits for it. The last one calls last(arg) and exits with its
 * result & 0xff; every other one exits with its own child's code. Returns that
 * code.
 *
 * depth 0: calls last(arg) in the caller, and returns its result as it is.
 *
 * -1 when there is no code to hand on, however deep that happened: a process
 * could not be made, or one was killed by a signal. (Exit codes 0 to 255 are
 * all taken, so a process above ends itself by a signal then. If it is the
 * caller that could not fork, errno is fork's.)
 */
int process_chain(size_t depth, int (*last)(void *), void *arg);

/*
 * Put a wait status into words: "exited 3", "killed by SIGKILL", "killed by
 * SIGSEGV (core dumped)", "stopped by SIGSTOP", "continued".
 *
 * Like snprintf(3): returns the length of the whole text, without the NUL;
 * writes what fits into len bytes, and always ends it with a NUL if len > 0.
 * buf may be NULL if len is 0.
 */
int describe_status(int wstatus, char *buf, size_t len);

/*
 * Run fn(arg) in a process that is not a child of the caller, and so never
 * becomes its zombie. It has the caller's signal mask and dispositions, and
 * exits with 0 after fn.
 *
 * Returns 0 once it is on its way, without waiting for fn. Returns -1 with
 * fork's errno if it could not be made, at whichever step that was; then fn
 * was not called.
 */
int run_detached(void (*fn)(void *), void *arg);

#endif
