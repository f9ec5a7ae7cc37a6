/*
 * jail.h - what makes a supervised program a sandboxed one: private to src/run.
 * sandbox.h prepares it in the caller; the guard, the supervisor and the program
 * carry it out, after the fork, with nothing but system calls.
 *
 *     caller ──▶ guard ──▶ bwrap ──▶ bwrap (PID 1 inside) ──▶ cat
 *                  └─────▶ supervisor (inside) ──▶ program
 *
 * bwrap makes the namespaces and is kept alive in them by a cat that waits for EOF. The supervisor
 * then joins them, so that it is it that reaps the program and its orphans, knows their exact wait
 * statuses, and keeps what the program left behind alive until it was seen.
 */
#ifndef PROCLAB_RUN_JAIL_H
#define PROCLAB_RUN_JAIL_H

#include <linux/filter.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
    JAIL_REFUSALS_KEPT = 32,
    JAIL_BWRAP_INFO_FD = 3, /* where bwrap is told to write what it made */
    JAIL_NOTIFY_BYTES =
        512, /* room for the kernel's struct seccomp_notif and _resp, which may grow */
};

/* A signal that was not let through. */
struct jail_refusal {
    int syscall;  /* number, of the native architecture */
    pid_t sender; /* as seen by the supervisor, as target is */
    long target;  /* as given: 0 and negative as in kill(2); of a pidfd the PID it stands for */
    int signal;
    bool to_parent; /* the target is the supervisor */
};

/* In memory shared with the caller. */
struct jail_shared {
    _Atomic unsigned n_refusals; /* all; the first JAIL_REFUSALS_KEPT are in the array */
    struct jail_refusal refusals[JAIL_REFUSALS_KEPT];
};

/* NULL and zero: not wanted. Everything in it belongs to the caller and outlives the start. */
struct run_jail {
    bool has_ids; /* become this user and group, with no other groups */
    uid_t uid;
    gid_t gid;
    char *const *bwrap_argv;         /* with --info-fd JAIL_BWRAP_INFO_FD; it runs cat */
    const struct sock_fprog *filter; /* notifies for the calls that send signals */
    bool may_lack_filter;            /* go on where the kernel does not take it */
    char *const *cleanup_argv;       /* run by the guard when all have ended */
    int held_fd;                     /* kept open by the guard until then: a lock; -1: none */
};

/* What the guard holds of a jail with namespaces. */
struct jail_guard {
    pid_t bwrap, init;
    int hold; /* cat's input */
};

/* The guard: make the namespaces. 0, or errno. */
int jail_make(struct jail_guard *g, const struct run_jail *jail);
/*
 * A process forked by the guard: join them, and fork again into them. Returns twice, as fork()
 * does: 0 in a child of the *guard's* that is inside; its PID (as seen outside) here; -1 with
 * errno.
 */
pid_t jail_join(const struct jail_guard *g, const struct run_jail *jail);
/* The guard: end them, and with them all that is in them. Reaping is left to the caller. */
void jail_end(struct jail_guard *g);

/* The program before exec: be that user, without any capability. 0, or errno. */
int jail_drop(const struct run_jail *jail);
/*
 * The same, last of all: install the filter, hand its listener over through the socket. 0, or
 * errno.
 */
int jail_filter(const struct run_jail *jail, int socket);
/* The supervisor: take the listener from the socket; -1 if none came. */
int jail_take_listener(int socket);
/* The supervisor, when the listener is readable: decide about one call. */
void jail_answer(int listener, pid_t supervisor, struct jail_shared *shared);

/* Send one byte, and with it who we are; the receiver sees our PID as its own namespace has it. */
int jail_say_pid(int socket);
/* Make the socket pair for that. 0, or errno. */
int jail_pid_sockets(int *receiver, int *sender);
/* The PID of who said it, or 0 if nobody did. */
pid_t jail_hear_pid(int socket);

#endif
