/*
 * history_parts.h - what a history is made of. For history.c, which fills it, and moment.c, which
 * reads it.
 */
#ifndef PROCLAB_MODEL_HISTORY_PARTS_H
#define PROCLAB_MODEL_HISTORY_PARTS_H

#include "events.h"
#include "flows.h"
#include "pipes.h"
#include "snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What was found out about a process when its snapshot was pushed. */
struct process_note {
    bool is_orphan;  /* it was seen to be adopted */
    int output_lane; /* the number of the only pipe or socket that it can write to, or could when
                        last seen alive; 0: none, or several */
};

/* A snapshot and what was found out when it was pushed. */
struct entry {
    struct snapshot *s;
    struct process_note *processes; /* one a process */
    struct lane_note *lanes;        /* one a channel */
    uint64_t first_event,
        end_event;       /* counted from the first ever: what changed since the one before */
    uint64_t end_ghost;  /* likewise: ghosts up to and with this one's */
    int64_t births_seen; /* since the first snapshot, threads as well */
    int64_t lost;        /* records of the kernel's, since the first snapshot ever */
    size_t bytes;
};

/* A process that was in one snapshot and not in the next. */
struct ghost {
    uint64_t entry; /* the last that holds it, counted from the first ever */
    size_t process; /* its index there */
    uint64_t gone_ns;
    int exit_status; /* a wait status, if it was last seen as a zombie; -1: unknown */
    int output_lane; /* as in its process_note */
};

/* A table that grows at its end and is dropped at its start, in one piece always. */
struct window {
    void *rows;
    size_t first, n, capacity; /* rows first .. first + n - 1 are kept */
    uint64_t dropped;          /* rows so far */
};

struct history {
    size_t max_bytes, bytes;
    struct window entries, events, ghosts;
    struct pipes newest_pipes; /* of the newest entry */
    uint64_t first_ns;         /* of the first snapshot ever; births then */
    int64_t first_births;
    int last_number; /* of a lane, given out so far */
};

/* The row of a kept index, 0 being the oldest kept. */
void *window_row(const struct window *w, size_t row_bytes, size_t index);

static inline struct entry *history_entry(const struct history *h, size_t index)
{
    return window_row(&h->entries, sizeof(struct entry), index);
}

#endif
