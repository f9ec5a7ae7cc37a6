/*
 * history_seek.h - finding one's way in a history: by a number that stays a snapshot's own while
 * others are pushed and the oldest dropped, and by what happened.
 */
#ifndef PROCLAB_MODEL_HISTORY_SEEK_H
#define PROCLAB_MODEL_HISTORY_SEEK_H

#include "history.h"

#include <stdbool.h>
#include <stdint.h>

/* How many have been dropped so far: the number of the oldest kept, counting from the first ever. */
uint64_t history_oldest_number(const struct history *h);

/* The index of a number; of one that is dropped the oldest's, of one to come the newest's. */
size_t history_index_of(const struct history *h, uint64_t number);

/* The newest snapshot that is not after time_ns; 0, the oldest, where all are. O(log n). */
size_t history_index_at(const struct history *h, uint64_t time_ns);

/*
 * What the snapshots `first` to `last` tell has happened, each since the one before it, in their
 * order; *n events. Owned by h: good until the next push.
 */
const struct event *history_events(const struct history *h, size_t first, size_t last, size_t *n);

/*
 * Did anything happen between the snapshot before this one and this one: a fork, an exec, an exit, a
 * pipe opened or closed?
 */
bool history_is_eventful(const struct history *h, size_t index);

/*
 * The nearest eventful snapshot before (direction < 0) or after index. False: none is kept;
 * *found is left as it was.
 */
bool history_find_eventful(const struct history *h, size_t index, int direction, size_t *found);

#endif
