/*
 * events.h - what happened between two snapshots.
 */
#ifndef PROCLAB_MODEL_EVENTS_H
#define PROCLAB_MODEL_EVENTS_H

#include "event.h"
#include "snapshot.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Append what happened from before to after. *events (*n of them) is grown by realloc and
 * is the caller's to free. 0 or -ENOMEM.
 *
 * Where after brings its own (its events_from is not EVENTS_POLLED), births, execs and deaths are
 * those, in their order, and only adoptions and pipes are derived. before may be NULL: then nothing
 * is derived. Else all is derived: a PID that
 * was reused is an exit and a fork. A zombie has not yet exited for this purpose: its
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

#endif
