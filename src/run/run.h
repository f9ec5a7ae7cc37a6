/*
 * run.h - start a program, supervise it, and leave nothing of it behind.
 *
 *     caller ──▶ guard ──▶ supervisor ──▶ program ──▶ whatever it starts
 *
 * The supervisor leads a session of its own, is the subreaper of everything below it, and watches a
 * close-on-exec pipe whose only writer is the caller. When that reports EOF (run_end(), exit, crash
 * or SIGKILL of the caller) it stops, kills and reaps all of its descendants, and ends. It ignores
 * what can be ignored, INT, HUP and TERM among it. The guard is a second one of the same kind above
 * it, and watches the same pipe: a program of the same user can kill its parent, and then it is the
 * guard that adopts and ends what is left. The guard also puts the caller's terminal back if the
 * caller could not.
 *
 * What it cannot do: end a process of another user (a set-uid program), and survive a
 * program that kills both of them, or everything it may (`kill(-1, SIGKILL)` by the same
 * user takes the caller as well). Against the last, see sandbox.h.
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
    rlim_t value; /* soft and hard; never above the hard limit that is there already */
};

/* In the program, `to` is what `from` is in the caller. */
struct run_fd {
    int from, to;
};

struct run_spec {
    const char *file;  /* what to execute; NULL: argv[0]. Without a slash, searched in PATH */
    char *const *argv; /* NULL-ended */
    char *const *env;  /* the whole environment; NULL: the caller's */
    const char *cwd;   /* NULL: the caller's */
    bool use_pty;      /* stdin, stdout and stderr are a new pseudo-terminal */
    int rows, cols;    /* its size */
    int stdio[3];      /* without a pty: fds to be 0, 1, 2; -1: /dev/null */
    const struct run_fd *fds; /* further fds to hand down: n_fds of them */
    size_t n_fds;
    const struct run_limit *limits; /* put on the program, never on the supervisor */
    size_t n_limits;
    /* Of terminal_fd, to be put back if the caller dies; NULL: none. */
    const struct termios *saved_terminal;
    int terminal_fd;
    const char *terminal_reset; /* written to it then, e.g. leave the alternate screen */
    int64_t deadline_ms; /* after so long everything is ended, the caller busy or not; 0: never */
    /*
     * Called in the caller when the supervisor is there and the program is not: who follows what
     * the supervisor begets sees the program's own birth, too. 0, or -errno: then nothing is
     * started. NULL: none. Not with namespaces of its own (sandbox.h).
     */
    int (*before_program)(pid_t supervisor, void *arg);
    void *before_program_arg;
};

struct run_result {
    bool has_ended;  /* the program itself, not what it left behind */
    int wait_status; /* if has_ended */
    int left_running; /* processes it left behind and the supervisor had to end (of some that fork all
                         the time, not all are seen); known after run_end() */
    int not_ended;    /* those that could not be ended (set-uid programs) */
    bool hit_deadline;      /* spec.deadline_ms has passed and everything was ended */
    bool supervisor_killed; /* somebody, most likely the program, killed the supervisor; the program
                               dies with it, and everything is ended */
    bool is_lost;           /* the guard, too: what became of the program is not known */
};

/* The end of one process that the supervisor reaped: the program, or an orphan it had adopted. */
struct run_exit {
    pid_t pid;
    int wait_status;
    uint64_t time_ns; /* CLOCK_BOOTTIME, when it was reaped */
};

/*
 * Start it. 0 and *run (on the heap, ended by run_end()), the program then being executed; or
 * -errno: exec's own (ENOENT, EACCES ...), or that of chdir or setrlimit before it, and then
 * nothing is left. The program has a session of its own, the default action for every signal, an
 * empty signal mask, no fds but those named, and, with a pty, that as its controlling terminal.
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
/*
 * What was reaped since the last call: up to n, oldest first; returns how many. Exact where the
 * caller looks often enough: the last 256 are kept, and *lost (may be NULL) is increased by those
 * that it came too late for.
 */
size_t run_next_exits(struct run *run, struct run_exit *exits, size_t n, uint64_t *lost);
/*
 * Stop (SIGSTOP) everything below the supervisor, so that it can be looked at in peace, and let it
 * go on (SIGCONT). 0, or -errno.
 */
int run_freeze(struct run *run);
int run_thaw(struct run *run);
/*
 * End everything that is left, free *run. result may be NULL. Takes milliseconds; at most a second
 * or two, then -ETIMEDOUT, and what is still there (asleep in the kernel, mostly) ends when it can.
 * The pseudo-terminal is closed: read before what is still wanted of it.
 */
int run_end(struct run *run, struct run_result *result);

#endif
