/*
 * exercise.h - the contract of lab 03, pipes. You write these five functions
 * in exercise.c; the grader looks at what they did in the kernel.
 *
 * Read first: pipe(7), pipe(2), read(2), write(2), fork(2), dup2(2),
 * execvp(3), waitpid(2); for the last one also poll(2), signal(7),
 * sigtimedwait(2). In TLPI: chapters 44 (pipes), 26 (waiting), 63.2 (poll).
 *
 * All five keep these promises:
 *
 *   - On failure they return -1 with errno saying why.
 *   - A call that a signal handler interrupted (EINTR) is taken up again.
 *   - When they return, on failure too, no file descriptor is open that was
 *     not open before, and no process of theirs is left, running or zombie.
 *   - Other children of the caller are left alone: neither waited for nor
 *     signalled.
 *   - The caller's signal dispositions, signal mask and environment are as
 *     before, and a started program gets these same ones.
 *   - A started program gets no fd of yours beside 0, 1 and 2, and what you
 *     put there blocks, as programs expect.
 *   - Nothing is printed; a forked child that cannot exec leaves by _exit(2).
 *   - They are right, too, where the caller has some of fds 0 to 2 closed.
 *
 * "The status" of a program is what a shell's $? would be: its exit code;
 * 128 + the signal's number if one killed it; 127 if it was not found (exec
 * failed with ENOENT or ENOTDIR); 126 if exec failed in any other way.
 * Programs are searched in PATH, as execvp(3) does.
 */
#ifndef LAB_03_PIPE_EXERCISE_H
#define LAB_03_PIPE_EXERCISE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Read from fd until n bytes have come, or EOF, or an error.
 *
 * Returns the number of bytes in buf: n, or fewer only if EOF came first (0:
 * nothing but EOF). Returns -1 with read's errno on an error, even if some
 * bytes came before it; EAGAIN (fd is non-blocking and empty) is such an
 * error, EINTR is none.
 */
ssize_t read_full(int fd, void *buf, size_t n);

/*
 * Write all n bytes of buf to fd.
 *
 * Returns n once all are written. Returns -1 with write's errno on an error,
 * even if a part went out before it; EAGAIN (fd is non-blocking and full) is
 * such an error, EINTR is none. SIGPIPE is the caller's business: nothing is
 * done about it here.
 */
ssize_t write_full(int fd, const void *buf, size_t n);

/*
 * Run n programs side by side, each one's standard output being the next
 * one's standard input, as a shell does with p0 | p1 | p2.
 *
 * The first reads the caller's standard input, the last writes to the
 * caller's standard output; every standard error is the caller's. argvs[i] is
 * program i's argument vector, ended by NULL; argvs[i][0] is the program.
 * No process holds an end of a pipe that it does not use.
 *
 * Waits for all n. status[i] becomes program i's status; one that cannot be
 * run (127, 126) does not keep the others from running. Returns the last
 * one's status. n may be 1: then there is no pipe.
 *
 * -1 with EINVAL if n is 0. -1 with its errno if a pipe or a process cannot
 * be made: then what was started has been ended (SIGKILL) and waited for.
 */
int run_pipeline(size_t n, char *const *const argvs[], int status[]);

/*
 * Run argv[0] and collect all that comes on its standard output until EOF, as
 * the shell's $(...) does. Its standard input and error are the caller's.
 *
 * *out becomes what came: any size, any bytes, allocated with malloc(3) (the
 * caller frees it), with a NUL after it; *len is its size without that NUL.
 * Returns the program's status. If it cannot be run (127, 126), *out is an
 * empty string.
 *
 * -1 with errno if a pipe or a process cannot be made, or memory runs out:
 * *out is NULL then.
 */
int capture_output(char *const argv[], char **out, size_t *len);

/*
 * The same, and feed it the in_len bytes of `in` on its standard input
 * meanwhile; it sees EOF after them. in_len may be 0, and then `in` NULL.
 *
 * Neither side ever waits for the other: whatever the program does first,
 * and however much goes either way, what it writes is taken while it is fed.
 * A program that does not read all of its input is no error. One that closes
 * its standard output first is still fed, until it stops reading.
 *
 * SIGPIPE must not kill the caller, nor be left pending for it, nor be
 * ignored in the program. A SIGPIPE that was pending before stays so.
 */
int feed_and_capture(char *const argv[], const void *in, size_t in_len,
                     char **out, size_t *out_len);

#endif
