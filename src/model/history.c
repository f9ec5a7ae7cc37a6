#include "model/history.h"

#include "model/flows.h"
#include "model/history_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void entry_fini(struct entry *e)
{
    snapshot_free(e->s);
    free(e->processes);
    free(e->lanes);
    *e = (struct entry){0};
}

struct history *history_new(size_t max_bytes)
{
    struct history *h = calloc(1, sizeof *h);
    if (h)
        h->max_bytes = max_bytes;
    return h;
}

void history_free(struct history *h)
{
    if (!h)
        return;
    for (size_t i = 0; i < h->entries.n; i++)
        entry_fini(history_entry(h, i));
    pipes_fini(&h->newest_pipes);
    free(h->entries.rows);
    free(h->events.rows);
    free(h->ghosts.rows);
    free(h);
}

size_t history_count(const struct history *h)
{
    return h->entries.n;
}

const struct snapshot *history_snapshot(const struct history *h, size_t index)
{
    return index < h->entries.n ? history_entry(h, index)->s : NULL;
}

/* ---- windows: tables that grow at one end and are dropped at the other ------------------- */

void *window_row(const struct window *w, size_t row_bytes, size_t index)
{
    return (char *)w->rows + (w->first + index) * row_bytes;
}

/* Room for `more` rows. They stay in one piece: what was dropped is closed up now and then. */
static int window_reserve(struct window *w, size_t row_bytes, size_t more)
{
    if (w->first + w->n + more <= w->capacity)
        return 0;
    if (w->first > 0 && w->first >= w->n) {
        memmove(w->rows, window_row(w, row_bytes, 0), w->n * row_bytes);
        w->first = 0;
        return window_reserve(w, row_bytes, more);
    }
    size_t capacity = w->capacity ? 2 * w->capacity : 64;
    while (capacity < w->first + w->n + more)
        capacity *= 2;
    void *grown = realloc(w->rows, capacity * row_bytes);
    if (!grown)
        return -ENOMEM;
    w->rows = grown;
    w->capacity = capacity;
    return 0;
}

static void window_drop(struct window *w, size_t n)
{
    w->first += n;
    w->n -= n;
    w->dropped += n;
}

/* ---- notes on processes ------------------------------------------------------------------ */

/* Is there just one pipe or socket that it can write to? */
static bool has_sole_output(const struct snapshot *s, const struct process *p)
{
    size_t n;
    const struct fd_entry *fds = snapshot_fds(s, p, &n), *only = NULL;
    for (size_t i = 0; i < n; i++) {
        bool is_pipe = fds[i].kind == FD_PIPE || fds[i].kind == FD_FIFO || fds[i].kind == FD_SOCKET;
        bool may_write = fds[i].access == 0 || (fds[i].access & FD_WRITE);
        if (!is_pipe || !may_write)
            continue;
        if (only && (only->inode != fds[i].inode || only->device != fds[i].device))
            return false;
        only = &fds[i];
    }
    return only != NULL;
}

/* Set output_lane of those whose fds were read; the others, as zombies, keep what they had. */
static void note_outputs(struct entry *now, const struct pipes *pipes)
{
    enum { SOLE_NOT_FOUND_YET = -1 };
    const struct snapshot *s = now->s;
    for (size_t i = 0; i < s->n_processes; i++) {
        const struct process *p = &s->processes[i];
        if (p->n_fds > 0)
            now->processes[i].output_lane = has_sole_output(s, p) ? SOLE_NOT_FOUND_YET : 0;
    }
    for (size_t i = 0; i < pipes->n; i++) {
        for (size_t w = 0; w < pipes->lanes[i].n_writers; w++) {
            struct process_note *note = &now->processes[pipes->lanes[i].writers[w].process];
            if (note->output_lane == SOLE_NOT_FOUND_YET)
                note->output_lane = now->lanes[i].number;
        }
    }
    for (size_t i = 0; i < s->n_processes; i++)
        if (now->processes[i].output_lane == SOLE_NOT_FOUND_YET)
            now->processes[i].output_lane = 0;
}

/* The ends with a known status that a snapshot brings, by PID. */
struct exits {
    struct event *rows; /* NULL: none, or there was no memory for them */
    size_t n;
};

static int compare_exits(const void *a, const void *b)
{
    const struct event *e = a, *f = b;
    return (e->pid > f->pid) - (e->pid < f->pid);
}

static void exits_init(struct exits *exits, const struct snapshot *s)
{
    exits->rows = s->n_events ? malloc(s->n_events * sizeof *exits->rows) : NULL;
    exits->n = 0;
    for (size_t i = 0; exits->rows && i < s->n_events; i++)
        if (s->events[i].kind == EVENT_EXIT && s->events[i].status != -1)
            exits->rows[exits->n++] = s->events[i];
    if (exits->n > 1)
        qsort(exits->rows, exits->n, sizeof *exits->rows, compare_exits);
}

/* -1: unknown. Its start time as told may be a tick too late. */
static int exits_status(const struct exits *exits, const struct process *p)
{
    struct event key = {.pid = p->pid};
    const struct event *e =
        exits->n ? bsearch(&key, exits->rows, exits->n, sizeof key, compare_exits) : NULL;
    bool is_same = e && (e->start_ticks == p->start_ticks || e->start_ticks == p->start_ticks + 1);
    return is_same ? e->status : -1;
}

/* Who went between the time of the last snapshot and its look at it: its end is told only now. */
static void find_late_statuses(struct history *h, const struct exits *exits)
{
    uint64_t newest = h->entries.dropped + h->entries.n - 1;
    for (size_t i = h->ghosts.n; exits->n > 0 && i > 0; i--) {
        struct ghost *g = window_row(&h->ghosts, sizeof *g, i - 1);
        if (g->entry + 1 < newest || g->entry < h->entries.dropped)
            break;
        const struct snapshot *last = history_entry(h, (size_t)(g->entry - h->entries.dropped))->s;
        if (g->exit_status == -1)
            g->exit_status = exits_status(exits, &last->processes[g->process]);
    }
}

/* A process that is in the newest entry and no more in the one to come. Room was reserved. */
static void note_gone(struct history *h, const struct snapshot *old, size_t index,
                      const struct exits *exits, uint64_t now_ns)
{
    const struct process *gone = &old->processes[index];
    if (gone->is_outside)
        return;
    h->ghosts.n++;
    struct ghost *g = window_row(&h->ghosts, sizeof *g, h->ghosts.n - 1);
    *g = (struct ghost){
        .entry = h->entries.dropped + h->entries.n - 1,
        .process = index,
        .gone_ns = now_ns,
        .exit_status = process_is_zombie(gone) ? gone->exit_status : exits_status(exits, gone),
        .output_lane = history_entry(h, h->entries.n - 1)->processes[index].output_lane,
    };
}

/* New tasks of a process that can be told from its count of them. */
static int64_t births_of(const struct process *p, const struct process *old)
{
    int before = old ? old->n_threads : 1; /* the first was the process's own birth */
    return p->n_threads > before ? p->n_threads - before : 0;
}

/* Walk both tables, which are sorted by PID, side by side. */
static void note_processes(struct history *h, const struct entry *before, struct entry *now)
{
    const struct snapshot *s = now->s, *old = before ? before->s : NULL;
    size_t n_old = old ? old->n_processes : 0, i = 0;
    struct exits exits;
    exits_init(&exits, s);
    find_late_statuses(h, &exits);
    for (size_t k = 0; k < s->n_processes; k++) {
        const struct process *p = &s->processes[k];
        for (; i < n_old && old->processes[i].pid < p->pid; i++)
            note_gone(h, old, i, &exits, s->time_ns);
        const struct process *o = NULL;
        if (i < n_old && old->processes[i].pid == p->pid)
            o = &old->processes[i++];
        if (o && o->start_ticks != p->start_ticks) {
            note_gone(h, old, i - 1, &exits, s->time_ns);
            o = NULL;
        }
        if (o) {
            now->processes[k] = before->processes[i - 1];
            now->processes[k].is_orphan |= o->ppid != p->ppid;
        }
        if (before || s->births_before >= 0)
            now->births_seen += births_of(p, o);
        if (!before && s->births_before >= 0 && s->events_from == EVENTS_POLLED && !p->is_outside)
            now->births_seen++; /* nobody else tells of its own */
    }
    for (; i < n_old; i++)
        note_gone(h, old, i, &exits, s->time_ns);
    free(exits.rows);
}

/* ---- notes on lanes ---------------------------------------------------------------------- */

/* Who is asleep on a lane, and since when it has not run. */
static void note_stuck(struct lane_note *note, const struct lane_note *old,
                       const struct pipe_lane *lane, const struct snapshot *s)
{
    bool is_full = lane->condition == PIPE_FULL;
    const struct pipe_end *ends = is_full ? lane->writers : lane->readers;
    size_t n = is_full ? lane->n_writers : lane->n_readers, i = 0;
    while (i < n && !ends[i].is_blocked)
        i++;
    if (i == n)
        return;
    const struct process *p = &s->processes[ends[i].process];
    note->stuck_direction = is_full ? FD_WRITE : FD_READ;
    note->stuck_pid = p->pid;
    note->stuck_voluntary = p->voluntary;
    bool is_same = old && old->stuck_direction == note->stuck_direction &&
                   old->stuck_pid == p->pid && old->stuck_voluntary == p->voluntary;
    note->stuck_since_ns = is_same ? old->stuck_since_ns : s->time_ns;
}

/* A number stays a channel's for life, and is never given out again. */
static void note_lanes(struct history *h, const struct entry *before, struct entry *now,
                       const struct pipes *pipes)
{
    for (size_t i = 0; i < pipes->n; i++) {
        const struct pipe_lane *lane = &pipes->lanes[i];
        const struct channel *c = &now->s->channels[i];
        const struct channel *o =
            before ? snapshot_find_channel(before->s, c->device, c->inode) : NULL;
        const struct lane_note *old = o ? &before->lanes[o - before->s->channels] : NULL;
        struct lane_note *note = &now->lanes[i];
        note->number = old ? old->number : ++h->last_number;
        note->is_withheld = lane->condition == PIPE_EOF_WITHHELD;
        note->is_confirmed = note->is_withheld && (!before || (old && old->is_withheld));
        note_stuck(note, old, lane, now->s);
    }
}

/* ---- push -------------------------------------------------------------------------------- */

static size_t entry_bytes(const struct entry *e)
{
    return sizeof *e + snapshot_size_bytes(e->s) + e->s->n_processes * sizeof *e->processes +
           e->s->n_channels * sizeof *e->lanes +
           (size_t)(e->end_event - e->first_event) * sizeof(struct event);
}

/* Drop what is too old for the memory allowed; its events and ghosts with it. */
static void drop_oldest(struct history *h)
{
    while (h->bytes > h->max_bytes && h->entries.n > 2) {
        struct entry *oldest = history_entry(h, 0);
        h->bytes -= oldest->bytes;
        window_drop(&h->events, (size_t)(oldest->end_event - h->events.dropped));
        window_drop(&h->ghosts, (size_t)(oldest->end_ghost - h->ghosts.dropped));
        entry_fini(oldest);
        window_drop(&h->entries, 1);
    }
}

/* Put the events between the newest entry and now at the end of h's; *n of them. */
static int add_events(struct history *h, const struct snapshot *before, const struct snapshot *now,
                      size_t *n)
{
    struct event *events = NULL;
    *n = 0;
    int rc = events_between(before, now, &events, n);
    if (rc == 0)
        rc = window_reserve(&h->events, sizeof *events, *n);
    if (rc == 0 && *n > 0)
        memcpy(window_row(&h->events, sizeof *events, h->events.n), events, *n * sizeof *events);
    free(events);
    return rc;
}

/* By the n_events that are at the end of h's and not yet counted among them. */
static void count_events(const struct history *h, size_t n_events, const struct entry *before,
                         struct entry *now)
{
    now->births_seen = before ? before->births_seen : 0;
    now->lost = before ? before->lost : 0;
    for (size_t i = 0; i < n_events; i++) {
        const struct event *e = window_row(&h->events, sizeof *e, h->events.n + i);
        /* Of those before the first look first_births has all, or none. */
        now->births_seen += (before || now->s->births_before >= 0) && e->kind == EVENT_FORK;
        now->lost += e->kind == EVENT_LOST ? e->count : 0;
    }
}

static int entry_init(struct entry *e, struct snapshot *s)
{
    *e = (struct entry){
        .s = s,
        .processes = calloc(s->n_processes + 1, sizeof *e->processes),
        .lanes = calloc(s->n_channels + 1, sizeof *e->lanes),
    };
    return e->processes && e->lanes ? 0 : -ENOMEM;
}

/* All that can fail, then all that changes h. */
static int push(struct history *h, struct entry *now, struct pipes *pipes)
{
    size_t n_events = 0;
    int rc = window_reserve(&h->entries, sizeof *now, 1);
    if (rc < 0)
        return rc;
    const struct entry *before = h->entries.n ? history_entry(h, h->entries.n - 1) : NULL;
    rc = window_reserve(&h->ghosts, sizeof(struct ghost), before ? before->s->n_processes : 0);
    if (rc < 0)
        return rc;
    struct flow_frame then = {before ? before->s : NULL, &h->newest_pipes,
                              before ? before->lanes : NULL};
    struct flow_frame frame = {now->s, pipes, now->lanes};
    rc = flows_step(before ? &then : NULL, &frame);
    if (rc == 0)
        rc = add_events(h, before ? before->s : NULL, now->s, &n_events);
    if (rc < 0)
        return rc;

    count_events(h, n_events, before, now);
    now->first_event = h->events.dropped + h->events.n;
    now->end_event = now->first_event + n_events;
    h->events.n += n_events;
    note_lanes(h, before, now, pipes);
    note_processes(h, before, now);
    note_outputs(now, pipes);
    now->end_ghost = h->ghosts.dropped + h->ghosts.n;
    now->bytes = entry_bytes(now);
    if (!before) {
        h->first_ns = now->s->time_ns;
        h->first_births = now->s->births_before >= 0 ? now->s->births_before : now->s->births;
    }
    h->bytes += now->bytes;
    h->entries.n++;
    *history_entry(h, h->entries.n - 1) = *now;
    return 0;
}

int history_push(struct history *h, struct snapshot *s)
{
    struct pipes pipes = {0};
    struct entry now = {.s = s};
    int rc = -EINVAL;
    if (h->entries.n > 0 && s->time_ns < history_entry(h, h->entries.n - 1)->s->time_ns)
        goto out;
    rc = entry_init(&now, s);
    if (rc == 0)
        rc = pipes_init(&pipes, s);
    if (rc == 0)
        rc = push(h, &now, &pipes);
    if (rc != 0)
        goto out;
    pipes_fini(&h->newest_pipes);
    h->newest_pipes = pipes;
    drop_oldest(h);
    return 0;
out:
    pipes_fini(&pipes);
    entry_fini(&now);
    return rc;
}
