/*
 * lifecycle.h - every fork, exec and exit below one process, as the kernel tells of them.
 *
 *     perf's rings, or the connector's socket ──thread──▶ queue ──lifecycle_take()──▶ records
 *
 * A thread does nothing but empty the kernel's buffers, which are small: those of 10,000 children
 * that exit at once would not last from one look to the next. It does so by the clock where they
 * allow it: to be woken for each record slows down who makes them. What is lost all the same is
 * counted.
 *
 * This module gets the records. What they mean is the business of lifetimes.h.
 */
#ifndef PROCLAB_PROC_LIFECYCLE_H
#define PROCLAB_PROC_LIFECYCLE_H

#include "model/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct lifecycle;

enum lifecycle_kind {
    LIFECYCLE_FORK, /* pid is the new one's; a thread where tid differs from it */
    LIFECYCLE_EXEC,
    LIFECYCLE_EXIT, /* one task; the process ends with its last one */
    LIFECYCLE_LOST, /* count records, of whatever kind */
};

struct lifecycle_record {
    uint64_t time_ns; /* CLOCK_BOOTTIME */
    enum lifecycle_kind kind;
    pid_t pid;                   /* of the process (tgid) */
    pid_t tid;                   /* of the task */
    pid_t parent;                /* FORK: the process that made it */
    int status;                  /* EXIT: a wait status; -1: not told */
    int64_t count;               /* LOST */
    char comm[EVENT_COMM_BYTES]; /* EXEC: "": not told */
};

/* Why a way to be told is not there: errno values; 0: it is, or was not tried. */
struct lifecycle_errors {
    int perf, connector, ptrace;
};

/* Ways to be told: bits. ptrace(2) changes what it watches: only where somebody asks for it. */
enum {
    LIFECYCLE_PERF = 1,
    LIFECYCLE_CONNECTOR = 2,
    LIFECYCLE_PTRACE = 4,
    LIFECYCLE_BEST = LIFECYCLE_PERF | LIFECYCLE_CONNECTOR
};

/*
 * Begin to listen to what descends from root (exclusively), which has no children yet: by perf,
 * else by the connector, else by ptrace, of those of the ways. Records of others may come, too. 0,
 * or -ENOTSUP where none is to be had (errors says why; may be NULL), or another -errno.
 */
int lifecycle_open(pid_t root, unsigned ways, struct lifecycle **out,
                   struct lifecycle_errors *errors);
/* When all that descends from root has ended. */
void lifecycle_free(struct lifecycle *lc);

enum events_from lifecycle_from(const struct lifecycle *lc);

/*
 * The records up to that time, in its order; *n of them, owned by lc until the next call. What is
 * younger waits for the next call. 0 or -ENOMEM.
 */
int lifecycle_take(struct lifecycle *lc, uint64_t until_ns, const struct lifecycle_record **records,
                   size_t *n);

#endif
