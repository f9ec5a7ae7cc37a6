/*
 * timeline.h - what each process or task did over a stretch of time, cut into cells of equal length:
 * a lane each, in the tree's order; and what happened, at its time.
 *
 * Made from the looks that a history keeps, up to the one that is shown. Between two looks the
 * kernel's own counts tell how long a task was on a CPU and how long it waited for one (exact, but
 * not when in between); what it slept in is known at the looks alone (sampled). A stretch with more
 * looks than SLICES_PER_CELL a cell is walked by that many: the counts lose nothing by it.
 */
#ifndef PROCLAB_MODEL_TIMELINE_H
#define PROCLAB_MODEL_TIMELINE_H

#include "events.h"
#include "snapshot.h"
#include "tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history;

enum {
    TIMELINE_MOST_EVENTS = 4000
}; /* the newest; a fork storm has that many in a second or two */

enum { SLICES_PER_CELL = 4, SLICED_FINELY_UP_TO = 400 /* processes; one slice a cell beyond */ };

/* What a task did for most of a cell. */
enum lane_state {
    LANE_ABSENT, /* it was not there, or the cell is yet to come */
    LANE_UNSEEN, /* it was there, but what it did is not known: nobody looked, or not long enough */
    LANE_RUNNING,  /* on a CPU */
    LANE_QUEUED,   /* runnable, and waiting for a CPU */
    LANE_RUNNABLE, /* one of the two: the kernel did not tell which */
    LANE_STOPPED,  /* or traced */
    LANE_DISK,     /* uninterruptible sleep */
    LANE_ZOMBIE,   /* ended, and not yet waited for */
    LANE_SLEEPING, /* in what: `wait` */
};

struct timeline_cell {
    /*
     * Of the cell's time, as far as it is over: on a CPU; waiting for one. A process's sum over its
     * tasks, so it may be above 1. Negative: unknown.
     */
    float run, queued;
    float voluntary, involuntary; /* switches a second; negative: unknown */
    uint8_t state;                /* enum lane_state */
    uint8_t wait;                 /* LANE_SLEEPING: enum wait_kind; else WAIT_NOTHING */
};

struct timeline_lane {
    pid_t pid, tid;       /* tid 0: a process; with threads shown, its main thread alone */
    uint64_t start_ticks; /* of the process; 0: unknown */
    const struct snapshot *snapshot; /* the last that holds it; NULL: no look has seen it */
    const struct process *process;   /* in that snapshot */
    const struct task *task;         /* likewise; NULL: the process */
    char comm
        [EVENT_COMM_BYTES]; /* its name as the kernel told it, where no look or only an earlier one knows it; "" */
    size_t depth;
    size_t parent;             /* index of a lane; TREE_NONE: a root */
    bool lives;                /* it is in the snapshot shown */
    uint64_t born_ns, gone_ns; /* 0: before the time shown, or unknown; UINT64_MAX: it lives on */
    double run, queued;        /* shares of its time in all cells; negative: unknown */
    struct timeline_recent {   /* in the last second or so of its life; negative: unknown */
        double run, queued, voluntary, involuntary; /* shares; switches a second */
    } recent;
    const struct timeline_cell *cells;
};

/* A fork, an exec or an exit. */
struct timeline_mark {
    enum event_kind kind;
    enum obtained obtained;
    uint64_t time_ns, within_ns; /* when; it is not further off than that */
    size_t cell;                 /* below n_cells */
    pid_t pid, other;            /* FORK: the parent and the child */
    size_t lane, other_lane;     /* theirs; TREE_NONE: there is none */
    int status;                  /* EXIT: a wait status; -1: unknown */
    char comm[EVENT_COMM_BYTES]; /* EXEC: the new program's name; "": unknown */
};

/* Who wants a CPU and who has one, in the last second or so. */
struct timeline_load {
    double busy;    /* CPUs that were kept busy by these lanes; negative: unknown */
    size_t wanting; /* lanes that ran or wanted to, nearly all the time */
    double queued;  /* of these: how many waited for a CPU, on the average */
    int cpus;       /* of these: so many different ones were they last on; 0: unknown */
    int cpu;        /* the lowest of them; -1: unknown */
};

struct timeline {
    uint64_t from_ns, cell_ns;
    size_t n_cells;
    size_t now_cell;        /* the one that holds the moment shown */
    uint64_t first_look_ns; /* the first look within: nothing is known of before; 0: of all of it */
    struct timeline_lane *lanes;
    size_t n_lanes;
    struct timeline_mark *marks; /* by time */
    size_t n_marks;
    size_t n_left_out; /* events of this time that are not told of, since there are too many */
    float *busy;       /* a cell each: the sum of all lanes' run; negative: unknown */
    struct timeline_load load;
    struct timeline_cell *cells; /* of all lanes */
};

/*
 * Fill *t with n_cells (at least 1) of cell_ns each, the last of which holds the time of snapshot
 * `index`; cells begin at whole multiples of cell_ns, so that the picture moves on by whole cells.
 * It borrows from h: use it before the next push. 0, -ENOMEM, or -EINVAL where there is no such
 * snapshot or no cell; *t is empty then.
 */
int timeline_init(struct timeline *t, const struct history *h, size_t index, uint64_t cell_ns,
                  size_t n_cells, bool threads);
void timeline_fini(struct timeline *t);

/* The lane of a process (tid 0 or pid) or of another of its tasks; TREE_NONE: there is none. */
size_t timeline_lane_of(const struct timeline *t, pid_t pid, pid_t tid, uint64_t start_ticks);

#endif
