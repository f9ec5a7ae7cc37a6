/*
 * events.h - what happened: births, deaths, exec, adoption, pipes opened and closed.
 *
 * The same struct whether an event was derived from two snapshots (obtained
 * sampled: its time is that of the later one) or told by the kernel (exact).
 */
#ifndef PROCLAB_MODEL_EVENTS_H
#define PROCLAB_MODEL_EVENTS_H

#include "snapshot.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum event_kind {
    EVENT_FORK,        /* pid made child */
    EVENT_EXEC,        /* pid runs another program now */
    EVENT_EXIT,        /* pid ended; status where it is known */
    EVENT_REPARENTED,  /* pid, an orphan, was adopted by child (its new parent) */
    EVENT_PIPE_OPENED, /* pid was the first seen to hold inode */
    EVENT_PIPE_CLOSED, /* nobody holds inode any more */
    EVENT_LOST,        /* count records were lost */
};

struct event {
    enum event_kind kind;
    enum obtained obtained;
    uint64_t time_ns; /* CLOCK_BOOTTIME */
    pid_t pid;
    uint64_t start_ticks;
    pid_t other; /* FORK: the child; REPARENTED: the new parent */
    int status;  /* EXIT: a wait status; -1: unknown */
    uint64_t device, inode;
    int64_t count; /* LOST */
};

/*
 * Append what changed from before to after. *events (*n of them) is grown by realloc and
 * is the caller's to free. before may be NULL: then nothing happened. 0 or -ENOMEM.
 * A PID that was reused is an exit and a fork. A zombie has not yet exited for this purpose: its
 * EXIT is reported when it becomes a zombie (with its status, field 52), not again when it is
 * reaped.
 */
int events_between(const struct snapshot *before, const struct snapshot *after,
                   struct event **events, size_t *n);

/*
 * Does a, of after, run another program than b, the same process in before? By its name and its
 * arguments, so an exec of the same program with the same arguments is not seen.
 */
bool events_has_execed(const struct snapshot *before, const struct process *b,
                       const struct snapshot *after, const struct process *a);

/* "fork", "exec", "exit", "reparented", "pipe_opened", "pipe_closed", "lost". */
const char *event_kind_name(enum event_kind kind);

#endif
