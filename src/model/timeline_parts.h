/*
 * timeline_parts.h - a timeline while it is made. For timeline_walk.c, which draws lanes from looks,
 * and timeline.c, which puts them in order and adds what happened.
 */
#ifndef PROCLAB_MODEL_TIMELINE_PARTS_H
#define PROCLAB_MODEL_TIMELINE_PARTS_H

#include "timeline.h"

#include <uthash.h>

/* A second of CPU time is so many; proc_pid_stat(5) counts times in clock ticks of USER_HZ. */
#define TICK_NS UINT64_C(10000000)

/* Kinds of doing that share a cell: the states, and sleeping once a wait_kind. */
enum { N_DOINGS = LANE_SLEEPING + WAIT_OTHER + 1 };

/* A lane while it is drawn, from left to right. */
struct draft {
    struct timeline_lane lane; /* its depth, parent and cells are set at the end */
    struct draft *older;       /* the next older one with the same id */
    struct draft *maker;       /* who forked it, where no look has seen it; NULL: unknown */
    struct timeline_cell *cells;
    size_t cell;                     /* the open one; n_cells: none is */
    double doing_ns[N_DOINGS];       /* in the open cell, as all that follows */
    double run_ns, queued_ns;        /* known */
    double unknown_ns, unqueued_ns;  /* for so long run, queued is not known */
    double voluntary, involuntary;   /* switches */
    double uncounted_ns;             /* for so long they are not known */
    double all_run_ns, all_known_ns; /* in all cells: on a CPU, of a time for which that is known */
    double all_queued_ns, all_known_queued_ns;
    size_t place; /* its index: among the drafts, in the end among the lanes */
};

/* All drafts with one PID or TID. */
struct draft_id {
    pid_t id;
    struct draft *newest;
    UT_hash_handle hh;
};

struct timeline_build {
    const struct history *history;
    size_t index; /* the snapshot shown */
    uint64_t from_ns, cell_ns;
    size_t n_cells;
    uint64_t seen_from_ns,
        seen_to_ns;     /* the first and the last look, no further than the cells go */
    bool has_beginning; /* no look is kept from before the first cell */
    bool threads;
    struct draft **drafts;
    size_t n, capacity;
    struct draft_id *ids;
    const struct event *events; /* between the first look and the last */
    size_t n_events;
    int error; /* -ENOMEM from the first failure on: nothing is added then */
};

/* Draw all processes (and tasks) of the looks. Sets b->error. */
void timeline_walk(struct timeline_build *b);

/*
 * The draft of a process that was there at time_ns: by its start time, or, where that is not known,
 * the newest that was born by then. NULL: there is none.
 */
struct draft *timeline_find_draft(const struct timeline_build *b, pid_t pid, uint64_t start_ticks,
                                  uint64_t time_ns);
/* A new one, of tid 0 for a process. NULL: no memory, b->error is set. */
struct draft *timeline_add_draft(struct timeline_build *b, pid_t pid, pid_t tid,
                                 uint64_t start_ticks);
/* Are there cells to draw it in? They are made; false: no memory, b->error is set. */
bool timeline_has_cells(struct timeline_build *b, struct draft *d);
/* Draw that it did this from one time to another, its run time unknown. */
void timeline_draw_unknown(struct timeline_build *b, struct draft *d, uint64_t from_ns,
                           uint64_t to_ns, enum lane_state state);
/* No more will be drawn of it. */
void timeline_close_draft(const struct timeline_build *b, struct draft *d);

/* What was begun with, without what became of it. */
void timeline_build_fini(struct timeline_build *b);

/* For how long the time of a cell has been seen; 0: it has not. */
double timeline_seen_ns(const struct timeline_build *b, size_t cell);

#endif
