/*
 * sandbox.h - start a program that is not trusted to behave: the grader's
 * probes. A supervised run (run.h) with walls around it.
 *
 * The walls are against bugs and the known tricks: a fork bomb, kill(-1, SIGKILL),
 * killing the parent, escapees, files written all over the place. They are not against somebody who
 * sets out to get through: what is decided about a signal can change until it is sent, and
 * the program may do to its own result what it likes.
 *
 *  bwrap    namespaces of its own (user, PID, network, IPC), everything read-only but an empty /tmp
 *           and /dev/shm, no capabilities; and the filter below where the kernel has it. PIDs
 *           inside are small, and differ from those outside.
 *  seccomp  no namespaces: the calls that send signals ask the supervisor, which lets them through
 *           only to the program's own tree and keeps a record of the others. Files: what the user
 *           may do.
 *  plain    the supervisor alone. A program of the same user can kill its parent (the guard then
 *           ends it, run.h) or, with kill(-1, SIGKILL), everything that the user has, the caller
 *           with it.
 *
 * The PIDs in those calls are taken to be of the supervisor's namespace: of a program that makes
 * PID namespaces of its own, signals may be refused that are harmless.
 *
 * In each of them, when the caller is root, the program runs as a user that nobody else is, from a
 * copy that this user can read: RLIMIT_NPROC does nothing for root, and kill(-1) would reach the
 * whole machine.
 */
#ifndef PROCLAB_RUN_SANDBOX_H
#define PROCLAB_RUN_SANDBOX_H

#include "run/run.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct sandbox;

enum sandbox_mode { SANDBOX_AUTO, SANDBOX_BWRAP, SANDBOX_SECCOMP, SANDBOX_PLAIN };

/* "auto", "bwrap", "seccomp", "plain". */
const char *sandbox_mode_name(enum sandbox_mode mode);

/*
 * The strongest that this machine allows, found out by running something in it (some 50 ms: ask
 * once). The environment's PROCLAB_SANDBOX, if it is set, asks for one by name; then it is that or
 * an error. 0 and *mode; or -errno: -EINVAL for a name that is none, else why the one asked for
 * cannot be had. why (may be NULL), of len bytes, gets one line on what was not to be had, or is
 * empty.
 */
int sandbox_find(enum sandbox_mode *mode, char *why, size_t len);

struct sandbox_spec {
    enum sandbox_mode mode; /* SANDBOX_AUTO: sandbox_find() */
    const char *program;    /* a path; not searched in PATH */
    char *const *argv;
    char *const
        *env; /* NULL: the caller's. TMPDIR is set to the program's working folder: an empty one
                         that it may write to, and that is gone afterwards */
    const char *const
        *readable; /* what it must be able to read below /tmp, which is hidden by bwrap:
                                    absolute paths, NULL-ended; NULL: nothing */
    bool use_pty;
    int rows, cols;
    int stdio[3];             /* as in struct run_spec */
    const struct run_fd *fds; /* e.g. a memfd for results */
    size_t n_fds;
    /*
     * RLIMIT_NPROC is the number of processes (and threads) that the program may have besides
     * itself. Where an ordinary user has no namespace to count in, what else this user runs at the
     * start is added, and some hundreds for what may come: there it only bounds a bomb. RLIMIT_AS
     * does not go together with AddressSanitizer.
     */
    const struct run_limit *limits;
    size_t n_limits;
    int64_t deadline_ms; /* 0: none */
};

/* As run_start(). */
int sandbox_start(const struct sandbox_spec *spec, struct sandbox **sandbox);

/*
 * For run_poll(), run_ended_fd(), run_freeze() ...; not for run_end(). PIDs in run_next_exits() are
 * those inside.
 */
struct run *sandbox_run(const struct sandbox *sandbox);
/*
 * The program's PID as the caller sees it, for /proc; its tree is what descends from
 * run_supervisor_pid(), of which bwrap's own processes are no part.
 */
pid_t sandbox_root_pid(const struct sandbox *sandbox);
/* "bwrap", "seccomp" or "plain". */
const char *sandbox_name(const struct sandbox *sandbox);

/* A signal that it tried to send to somebody outside of its tree, and that was refused (EPERM). */
struct sandbox_refusal {
    char call[24]; /* "kill", "pidfd_send_signal" ... */
    pid_t sender;  /* PIDs as the program sees them */
    long target;   /* as the program gave it: -1 is everybody; of a pidfd, the PID */
    int signal;
    bool to_parent; /* the target is the program's parent, which is our supervisor */
};

/*
 * The first up to n of them, oldest first. Returns how many there were in all. At most 32 are kept.
 */
size_t sandbox_refusals(const struct sandbox *sandbox, struct sandbox_refusal *refusals, size_t n);

/* As run_end(); also clears away the working folder. */
int sandbox_end(struct sandbox *sandbox, struct run_result *result);

#endif
