/*
 * flows.h - how many bytes went through each lane, from the I/O counts of those who hold its ends.
 * A part of history.c: one step from a snapshot to the next.
 */
#ifndef PROCLAB_MODEL_FLOWS_H
#define PROCLAB_MODEL_FLOWS_H

#include "pipes.h"
#include "snapshot.h"

#include <stdbool.h>
#include <stdint.h>

/* Bytes counted at one side of a lane: by those who write, or by those who read. */
struct flow_side {
    int64_t bytes;
    bool is_shared;  /* a holder had other streams, or got a dead child's counts: an upper bound */
    bool is_lossy;   /* a holder ended between two looks: its last bytes were not seen */
    bool has_holder; /* somebody was seen to hold an end: else there is nothing to go by */
    bool is_unknown; /* a holder's counts could not be read */
};

/* What is kept of a lane with each snapshot. */
struct lane_note {
    int number;
    struct flow_side in, out;
    int64_t total_bytes; /* the best that both sides tell; never falls */
    bool is_withheld;    /* PIPE_EOF_WITHHELD by this look alone */
    bool is_confirmed;   /* and by the one before */
    int stuck_direction; /* FD_READ, FD_WRITE: somebody is asleep on it; 0: nobody */
    pid_t stuck_pid;
    int64_t stuck_voluntary; /* that process's switches: as long as they stand, it has not run */
    uint64_t stuck_since_ns;
};

/* One snapshot with its lanes and their notes, in the order of its channels. */
struct flow_frame {
    const struct snapshot *s;
    const struct pipes *pipes;
    struct lane_note *notes;
};

/*
 * Fill in, out and total_bytes of now's notes, from those of before (NULL: now is the first). 0 or
 * -ENOMEM. The figures come from read_bytes and written_bytes (proc_pid_io(5) rchar, wchar): sums
 * over all fds of a process. When a parent reaps a child, its own jump by the child's: what was
 * known of those is subtracted.
 */
int flows_step(const struct flow_frame *before, const struct flow_frame *now);

/* What total_bytes is: OBTAINED_ESTIMATE, OBTAINED_BOUND, OBTAINED_UNKNOWN. */
enum obtained flows_obtained(const struct lane_note *note);

#endif
