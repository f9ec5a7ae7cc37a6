/*
 * history.h - the snapshots seen so far, within a bound of memory, and what
 * can be said of one of them in the light of those before it: the moment.
 *
 *     source ──▶ history_push() ──▶ history_moment(i) ──▶ panels
 *
 * The moment of an index depends only on the snapshots up to that index, so
 * that going back in time shows what was shown then.
 */
#ifndef PROCLAB_MODEL_HISTORY_H
#define PROCLAB_MODEL_HISTORY_H

#include "events.h"
#include "pipes.h"
#include "snapshot.h"
#include "tree.h"

#include <stdint.h>

struct history;

/* max_bytes: older snapshots are dropped beyond it, the newest two never. NULL: out of memory. */
struct history *history_new(size_t max_bytes);
void history_free(struct history *h);

/*
 * Append s, which h owns from now on, even on failure. 0, -ENOMEM, or -EINVAL for a time before
 * that of the newest: then nothing has changed.
 */
int history_push(struct history *h, struct snapshot *s);

size_t history_count(const struct history *h);
const struct snapshot *history_snapshot(const struct history *h,
                                        size_t index); /* 0: the oldest kept */

/*
 * How long new, exec'ed and exited processes stay marked (exited: since they were last seen, if
 * only as a zombie). An orphan stays marked while it lives.
 */
#define MOMENT_MARK_NS UINT64_C(4000000000)

enum mark_kind { MARK_NEW = 1, MARK_EXEC = 2, MARK_ORPHAN = 4, MARK_EXITED = 8 }; /* bits */

/* One row of the tree panel: a process of the snapshot, or one that ended a moment ago. */
struct moment_row {
    const struct snapshot *snapshot; /* the one that process is in: an older one if it has exited */
    const struct process *process;
    size_t depth;
    bool is_last;        /* of its siblings */
    size_t parent;       /* index in rows; TREE_NONE: a root */
    unsigned marks;      /* bits of enum mark_kind */
    int exit_status;     /* MARK_EXITED, or a zombie: a wait status; -1: unknown */
    double cpu_percent;  /* of one CPU, over the last second or a little more; negative: unknown */
    double faults_per_s; /* minor and major ones, over that time; negative: unknown */
    int broken_lane;     /* the number of the only pipe or socket that it could write to when it was
                           last seen alive, if it has ended; 0: none, several, or it lives */
};

/* What flows through a lane, by the I/O counts of those who hold its ends. */
struct moment_flow {
    double bytes_per_s;     /* negative: unknown */
    enum obtained obtained; /* OBTAINED_ESTIMATE where the holder has this stream alone, else
                               OBTAINED_BOUND */
    int64_t total_bytes;    /* since the lane was first seen, as `obtained`; -1: unknown */
    uint64_t stuck_ns;      /* for how long the same process is known to be asleep on it without
                               having run in between; 0: only since this look, or nobody is */
};

struct moment {
    const struct snapshot *now;
    uint64_t since_first_ns; /* since the first snapshot ever pushed */
    struct moment_row *rows; /* depth first, as tree.h; the exited below their last parent; those
                                outside the watched tree after it */
    size_t n_rows;
    struct pipes pipes;         /* of now, with stable numbers */
    struct moment_flow *flows;  /* one a lane, same order */
    const struct event *events; /* of the last MOMENT_MARK_NS, oldest first; owned by the history */
    size_t n_events;
    double rate_hz;         /* of snapshots, over the last second; 0: unknown */
    int64_t missed_at_most; /* births (of threads as well) on the machine that were not seen, since
                               the first snapshot, or the program's start; a bound; -1: unknown. Where they are told
                               exactly, lost is one, too */
    int64_t lost;           /* records of the kernel's that never came, since the first snapshot */
};

/*
 * Fill *m for snapshot `index`. It borrows from h: use it before the next push. 0, -ENOMEM, or
 * -EINVAL where there is no such snapshot; *m is empty then.
 *
 * Snapshots are not taken in one instant. So PIPE_EOF_WITHHELD, which accuses somebody, must be
 * seen in two looks that follow each other (but for the very first of all): until then it is
 * PIPE_STARVED here.
 */
int history_moment(struct history *h, size_t index, struct moment *m);
void moment_fini(struct moment *m);

#endif
