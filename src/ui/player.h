/*
 * player.h - takes snapshots from a source into a history, and knows which of them is shown.
 *
 * Live, looking goes on whatever is shown. A recording is played at the pace of its own times: from
 * what is shown on, so that going back and playing again needs no second reading.
 */
#ifndef PROCLAB_UI_PLAYER_H
#define PROCLAB_UI_PLAYER_H

#include "model/history.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct source;

struct player {
    struct source *source; /* borrowed */
    struct history *history;
    struct snapshot *pending; /* a recording's next, when it is not due yet */
    struct moment moment;     /* of what is shown, with has_moment */
    bool has_moment;
    bool is_replay;
    bool paused;        /* what is shown stays, and a recording is not played on */
    bool is_hurrying;   /* a recording: to what is there by now, without keeping its pace */
    bool has_ended;     /* the source: no more will come */
    uint64_t shown;     /* its number since the first ever; a number outlives what is dropped */
    double speed;       /* of a recording; 1: as it was */
    int64_t since_ns;   /* by the clock: when what was shown at since_time was shown */
    uint64_t from_time; /* the time of that snapshot */
};

/*
 * Takes the first snapshot. 0 or -errno: -ENODATA where there is none. player_fini() in any case.
 * history_bytes: see history_new().
 */
int player_init(struct player *p, struct source *source, bool is_replay, size_t history_bytes,
                int64_t now_ns);
void player_fini(struct player *p);

/* The moment shown, good until the next call of anything here. NULL: no memory for it. */
const struct moment *player_moment(struct player *p);
/* The shown snapshot's index in p->history, and how many newer ones there are. */
size_t player_index(const struct player *p);
size_t player_back(const struct player *p);
/* How long the shown one is before the newest. */
uint64_t player_back_ns(const struct player *p);

/*
 * Look once (live), or play what is due by now. Once the source has ended it does nothing but play
 * what is kept. 0 or -errno: then there will be no more.
 */
int player_tick(struct player *p, int64_t now_ns);

/* Stop; go on: a recording from what is shown, live from the newest. */
void player_pause(struct player *p);
void player_go_on(struct player *p, int64_t now_ns);
/* The newest, and on from there: live, or the end of what is there of a recording. */
void player_go_live(struct player *p, int64_t now_ns);

/*
 * These pause. A snapshot or one with events back (by < 0) or forth; of a recording the next is
 * read, where that is not kept yet. False: there is none.
 */
bool player_step(struct player *p, int by);
bool player_step_event(struct player *p, int by);
/* The newest that is kept of those not after time_ns, else the oldest. */
void player_go_to(struct player *p, uint64_t time_ns);
/* The oldest that is kept. */
void player_go_oldest(struct player *p);

void player_set_speed(struct player *p, double speed, int64_t now_ns);

#endif
