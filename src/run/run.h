/*
 * run.h - start a program, supervise it, and leave nothing of it behind.
 *
 *     caller ──▶ supervisor ──▶ program ──▶ whatever it starts
 *
 * The supervisor leads a session of its own, is the subreaper of everything
 * below it, and reads a close-on-exec pipe whose only writer is the caller. When
 * that reports EOF (run_end(), exit, crash or SIGKILL of the caller) it stops, kills
 * and reaps all of its descendants, puts the caller's terminal back if the caller could not, and
 * ends. It ignores INT, HUP and TERM.
 */
#ifndef PROCLAB_RUN_RUN_H
#define PROCLAB_RUN_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <termios.h>

struct run;

struct run_limit {
    int resource; /* RLIMIT_... */
    rlim_t value; /* soft and hard */
};

/* In the program, `to` is what `from` is in the caller. */
struct run_fd {
    int from, to;
};

struct run_spec {
    char *const *argv;        /* argv[0] is searched in PATH; NULL-ended */
    char *const *env;         /* the whole environment; NULL: the caller's */
    const char *cwd;          /* NULL: the caller's */
    bool use_pty;             /* stdin, stdout and stderr are a new pseudo-terminal */
    int rows, cols;           /* its size */
    int stdio[3];             /* without a pty: fds to be 0, 1, 2; -1: /dev/null */
    const struct run_fd *fds; /* further fds to hand down: n_fds of them */
    size_t n_fds;
    const struct run_limit *limits; /* put on the program, never on the supervisor */
    size_t n_limits;
    const struct termios
        *saved_terminal; /* of terminal_fd, to be put back if the caller dies; NULL: none */
    int terminal_fd;
    const char *terminal_reset; /* written to it then, e.g. leave the alternate screen */
};

struct run_result {
    bool has_ended;  /* the program itself, not what it left behind */
    int wait_status; /* if has_ended */
    int left_running; /* processes it left behind and the supervisor had to end; known after run_end() */
    int not_ended; /* those that could not be ended (set-uid programs) */
};

/*
 * Start it. 0 and *run (on the heap, ended by run_end()); or -errno: exec's own (ENOENT, EACCES ...) when
 * the program could not be run, and then nothing is left.
 */
int run_start(const struct run_spec *spec, struct run **run);

pid_t run_pid(const struct run *run); /* the program's */
pid_t run_supervisor_pid(const struct run *run);
int run_pty(const struct run *run); /* the master's fd, non-blocking; -1 without a pty */
/* A pollable fd that becomes readable when the program itself has ended. */
int run_ended_fd(const struct run *run);
/* Non-blocking look. */
void run_poll(struct run *run, struct run_result *result);
int run_resize(struct run *run, int rows, int cols);
/* End everything that is left, free *run. result may be NULL. Takes milliseconds; at most a second or two. */
int run_end(struct run *run, struct run_result *result);

#endif
