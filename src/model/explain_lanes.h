/*
 * explain_lanes.h - what a lane's condition means, in sentences. A part of explain.c.
 */
#ifndef PROCLAB_MODEL_EXPLAIN_LANES_H
#define PROCLAB_MODEL_EXPLAIN_LANES_H

#include "pipes.h"

#define MOST_OF_A_KIND 3 /* sentences; the rest are counted */

struct teller;

/* Tell of the lanes in this condition; PIPE_FLOWING: of those through which data flow just now. */
void explain_lanes(struct teller *t, enum pipe_condition condition);

#endif
