#include "ui/player.h"

#include "model/history_seek.h"
#include "model/source.h"

#include <errno.h>

/* So many snapshots of a recording are taken in one go, so that keys are still heard. */
enum { MOST_AT_ONCE = 64, MOST_FOR_EVENT = 1000 };

static void drop_moment(struct player *p)
{
    if (p->has_moment)
        moment_fini(&p->moment);
    p->has_moment = false;
}

static void show(struct player *p, size_t index)
{
    drop_moment(p);
    p->shown = history_oldest_number(p->history) + index;
}

static size_t newest(const struct player *p)
{
    return history_count(p->history) - 1;
}

/* From here on time runs from what is shown. */
static void set_pace(struct player *p, int64_t now_ns)
{
    p->since_ns = now_ns;
    p->from_time = history_snapshot(p->history, player_index(p))->time_ns;
}

/* The next of the source into pending. 0, also where there is none yet, or -errno. */
static int fetch(struct player *p)
{
    if (p->pending || p->has_ended)
        return 0;
    int error = source_next(p->source, &p->pending);
    if (!error || error == -EAGAIN)
        return 0;
    p->has_ended = true;
    return error == -ENODATA ? 0 : error;
}

/* Keep the pending one. What is shown stays. */
static int keep(struct player *p)
{
    struct snapshot *snapshot = p->pending;
    p->pending = NULL;
    drop_moment(p); /* it borrows from the history */
    return history_push(p->history, snapshot);
}

int player_init(struct player *p, struct source *source, bool is_replay, size_t history_bytes,
                int64_t now_ns)
{
    *p = (struct player){.source = source, .is_replay = is_replay, .speed = 1};
    p->history = history_new(history_bytes);
    if (!p->history)
        return -ENOMEM;
    int error = fetch(p);
    if (!error)
        error = p->pending ? keep(p) : -ENODATA;
    if (!error)
        set_pace(p, now_ns);
    return error;
}

void player_fini(struct player *p)
{
    drop_moment(p);
    snapshot_free(p->pending);
    history_free(p->history);
    *p = (struct player){0};
}

const struct moment *player_moment(struct player *p)
{
    if (!p->has_moment)
        p->has_moment = history_moment(p->history, player_index(p), &p->moment) == 0;
    return p->has_moment ? &p->moment : NULL;
}

size_t player_index(const struct player *p)
{
    return history_index_of(p->history, p->shown);
}

size_t player_back(const struct player *p)
{
    return newest(p) - player_index(p);
}

uint64_t player_back_ns(const struct player *p)
{
    return history_snapshot(p->history, newest(p))->time_ns -
           history_snapshot(p->history, player_index(p))->time_ns;
}

/* ---- playing -------------------------------------------------------------------- */

static bool is_due(const struct player *p, const struct snapshot *next, int64_t now_ns)
{
    if (p->is_hurrying || next->time_ns <= p->from_time)
        return true;
    double passed_ns = (double)(now_ns - p->since_ns) * p->speed;
    return (double)(next->time_ns - p->from_time) <= passed_ns;
}

/* One further, kept or read. *moved: there was one, and it was due. */
static int play_one(struct player *p, int64_t now_ns, bool *moved)
{
    int error = 0;
    *moved = false;
    if (player_back(p) == 0)
        error = fetch(p);
    const struct snapshot *next =
        player_back(p) ? history_snapshot(p->history, player_index(p) + 1) : p->pending;
    if (error || !next || !is_due(p, next, now_ns))
        return error;
    if (player_back(p) == 0)
        error = keep(p);
    if (error)
        return error;
    show(p, player_index(p) + 1);
    *moved = true;
    return 0;
}

static int play(struct player *p, int64_t now_ns)
{
    bool moved = true;
    int error = 0;
    for (int i = 0; i < MOST_AT_ONCE && moved && !error; i++)
        error = play_one(p, now_ns, &moved);
    bool is_at_end = !moved && player_back(p) == 0 && !p->pending;
    if (is_at_end && p->is_hurrying) {
        p->is_hurrying = false;
        set_pace(p, now_ns);
    }
    if (is_at_end && p->has_ended)
        p->paused = true;
    return error;
}

int player_tick(struct player *p, int64_t now_ns)
{
    if (p->is_replay)
        return p->paused ? 0 : play(p, now_ns);
    int error = fetch(p);
    if (!error && p->pending)
        error = keep(p);
    if (!p->paused)
        show(p, newest(p));
    if (p->has_ended)
        p->paused = true;
    return error;
}

/* ---- going ---------------------------------------------------------------------- */

void player_pause(struct player *p)
{
    p->paused = true;
    p->is_hurrying = false;
}

void player_go_on(struct player *p, int64_t now_ns)
{
    p->paused = false;
    if (!p->is_replay)
        show(p, newest(p));
    set_pace(p, now_ns);
}

void player_go_live(struct player *p, int64_t now_ns)
{
    p->paused = p->has_ended;
    show(p, newest(p));
    p->is_hurrying = p->is_replay && !p->has_ended;
    set_pace(p, now_ns);
}

/* Read one more of a recording and show it. */
static bool step_beyond(struct player *p)
{
    if (!p->is_replay || fetch(p) || !p->pending || keep(p))
        return false;
    show(p, newest(p));
    return true;
}

bool player_step(struct player *p, int by)
{
    player_pause(p);
    if (by < 0 ? player_index(p) == 0 : player_back(p) == 0)
        return by > 0 && step_beyond(p);
    show(p, by < 0 ? player_index(p) - 1 : player_index(p) + 1);
    return true;
}

bool player_step_event(struct player *p, int by)
{
    size_t found;
    player_pause(p);
    if (history_find_eventful(p->history, player_index(p), by, &found)) {
        show(p, found);
        return true;
    }
    if (by < 0 || !p->is_replay)
        return false;
    show(p, newest(p));
    for (int i = 0; i < MOST_FOR_EVENT && step_beyond(p); i++)
        if (history_is_eventful(p->history, newest(p)))
            return true;
    return false;
}

void player_go_to(struct player *p, uint64_t time_ns)
{
    size_t index = newest(p);
    player_pause(p);
    while (index > 0 && history_snapshot(p->history, index)->time_ns > time_ns)
        index--;
    show(p, index);
}

void player_go_oldest(struct player *p)
{
    player_pause(p);
    show(p, 0);
}

void player_set_speed(struct player *p, double speed, int64_t now_ns)
{
    p->speed = speed;
    set_pace(p, now_ns);
}
