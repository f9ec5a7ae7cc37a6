/*
 * event.h - one thing that happened: a birth, a death, an exec, an adoption, a pipe opened or closed.
 *
 * The same struct whether it was derived from two snapshots (obtained sampled: its time is that of
 * the later one; see events.h) or told by the kernel (exact: snapshot.events).
 */
#ifndef PROCLAB_MODEL_EVENT_H
#define PROCLAB_MODEL_EVENT_H

#include "obtained.h"

#include <stdint.h>
#include <sys/types.h>

enum event_kind {
    EVENT_FORK,        /* pid made child */
    EVENT_EXEC,        /* pid runs another program now */
    EVENT_EXIT,        /* pid ended; status where it is known */
    EVENT_REPARENTED,  /* pid, an orphan, was adopted by child (its new parent) */
    EVENT_PIPE_OPENED, /* pid was the first seen to hold inode */
    EVENT_PIPE_CLOSED, /* nobody holds inode any more */
    EVENT_LOST,        /* count records were lost: so many births, exec or deaths at most */
};

enum { EVENT_COMM_BYTES = 16 }; /* the kernel's TASK_COMM_LEN, the NUL among them */

struct event {
    enum event_kind kind;
    enum obtained obtained;
    uint64_t time_ns; /* CLOCK_BOOTTIME */
    pid_t pid;
    uint64_t start_ticks; /* of pid; where it was told by the kernel, off by one tick at most; 0:
                             unknown */
    pid_t other;          /* FORK: the child; REPARENTED: the new parent */
    int status;           /* EXIT: a wait status; -1: unknown */
    uint64_t device, inode;
    int64_t count;               /* LOST */
    char comm[EVENT_COMM_BYTES]; /* EXEC: the new program's name; "": unknown */
};

/* "fork", "exec", "exit", "reparented", "pipe_opened", "pipe_closed", "lost". */
const char *event_kind_name(enum event_kind kind);

#endif
