/*
 * wait.h - what a sleeping task waits for, from its system call and its wait channel.
 *
 * The system call is the better witness: it names the fd. It needs ptrace access. The
 * wait channel is a kernel function's name, which differs by version; it decides where the call
 * does not (a restarted call, splice) or cannot be read.
 */
#ifndef PROCLAB_PROC_WAIT_H
#define PROCLAB_PROC_WAIT_H

#include "model/snapshot.h"
#include "proc/parse.h"

#include <stddef.h>

/* The names of system calls by number, asked of libseccomp once each. */
struct wait_names;
struct wait_names *wait_names_new(void); /* NULL: out of memory */
void wait_names_free(struct wait_names *names);

/* The call's name, owned by names; NULL: not in a call, or one libseccomp does not know. */
const char *wait_syscall_name(struct wait_names *names, const struct proc_syscall *call);

/*
 * The kind that a wait channel (proc_pid_wchan(5)) alone tells. "", "0": WAIT_UNKNOWN; a name that
 * we do not know: WAIT_OTHER.
 */
enum wait_kind wait_kind_of_channel(const char *channel);

/*
 * The fd that the call is on, for calls that are on one; else -1. A splice is on its input or its
 * output, which channel tells.
 */
int wait_fd(const char *name, const struct proc_syscall *call, const char *channel);

/* What fd refers to, as far as the caller knows. */
enum wait_target {
    WAIT_TARGET_UNKNOWN,
    WAIT_TARGET_PIPE, /* or a FIFO */
    WAIT_TARGET_SOCKET,
    WAIT_TARGET_TTY,
    WAIT_TARGET_OTHER,
};

/*
 * All together. name NULL: the system call is unknown; channel "" or "0": likewise. target is that
 * of wait_fd().
 */
enum wait_kind wait_classify(const char *name, const char *channel, enum wait_target target);

#endif
