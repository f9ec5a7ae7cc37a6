#include "model/history.h"
#include "model/history_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS UINT64_C(1000000000)
/* proc_pid_stat(5) counts in USER_HZ, which is 100 on all that Debian runs on but Alpha. */
#define TICK_NS INT64_C(10000000)

/* A process to be shown, before the rows are in order. */
struct shown {
    const struct snapshot *snapshot;
    const struct process *process;
    const struct ghost *ghost; /* NULL: it is in the snapshot shown */
    unsigned marks;
};

/* All that are to be shown: by PID, who had it before first. */
struct cast {
    struct shown *all;
    size_t n;
    size_t *place;   /* by index in the snapshot: where in all */
    size_t *parents; /* by index in all: where in all; TREE_NONE */
};

/* ---- windows of time --------------------------------------------------------------------- */

/* The newest entry that is at least a second older than the one at index; NULL: none is kept. */
static const struct entry *second_before(const struct history *h, size_t index)
{
    uint64_t now_ns = history_entry(h, index)->s->time_ns;
    if (now_ns < SECOND_NS)
        return NULL;
    size_t low = 0, high = index; /* the answer is the one before the first that is too young */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (history_entry(h, middle)->s->time_ns <= now_ns - SECOND_NS)
            low = middle + 1;
        else
            high = middle;
    }
    return low > 0 ? history_entry(h, low - 1) : NULL;
}

/* By the snapshots of the last second; where there is just one, by the time before it. */
static double rate_of(const struct history *h, size_t index)
{
    uint64_t now_ns = history_entry(h, index)->s->time_ns;
    size_t first = index;
    while (first > 0 && now_ns - history_entry(h, first - 1)->s->time_ns <= SECOND_NS)
        first--;
    if (first == index && first > 0)
        first--;
    uint64_t elapsed_ns = now_ns - history_entry(h, first)->s->time_ns;
    return elapsed_ns ? (double)(index - first) * (double)SECOND_NS / (double)elapsed_ns : 0;
}

/*
 * Time on a CPU by the tasks' own count, exact; but it forgets a task when that ends. The process's
 * ticks do not, and they are off by one tick each (user, system) at most.
 */
static double cpu_percent(const struct entry *base, const struct entry *now,
                          const struct process *p)
{
    const struct process *old = base ? snapshot_find_same(base->s, p) : NULL;
    if (!old)
        return -1;
    int64_t by_ticks = -1, by_run = -1;
    if (p->user_ticks >= 0 && p->system_ticks >= 0 && old->user_ticks >= 0 &&
        old->system_ticks >= 0)
        by_ticks =
            (p->user_ticks - old->user_ticks + p->system_ticks - old->system_ticks) * TICK_NS;
    if (p->run_ns >= 0 && old->run_ns >= 0)
        by_run = p->run_ns - old->run_ns;
    int64_t spent = by_run < 0 || by_ticks > by_run + 2 * TICK_NS ? by_ticks : by_run;
    double elapsed = (double)(now->s->time_ns - base->s->time_ns);
    return spent < 0 ? -1 : 100 * (double)spent / elapsed;
}

static double faults_per_s(const struct entry *base, const struct entry *now,
                           const struct process *p)
{
    const struct process *old = base ? snapshot_find_same(base->s, p) : NULL;
    if (!old || p->minor_faults < 0 || p->major_faults < 0 || old->minor_faults < 0 ||
        old->major_faults < 0)
        return -1;
    int64_t faults = p->minor_faults - old->minor_faults + p->major_faults - old->major_faults;
    double elapsed_s = (double)(now->s->time_ns - base->s->time_ns) / 1e9;
    return (double)faults / elapsed_s;
}

/* ---- rows: the living and those that ended a moment ago ---------------------------------- */

static int compare_shown(const void *a, const void *b)
{
    const struct shown *p = a, *q = b;
    if (p->process->pid != q->process->pid)
        return p->process->pid < q->process->pid ? -1 : 1;
    /* Who had the PID before comes first. */
    if (p->process->start_ticks != q->process->start_ticks)
        return p->process->start_ticks < q->process->start_ticks ? -1 : 1;
    return 0;
}

/* How many ghosts of the last MOMENT_MARK_NS there are at now, whose snapshots are kept. */
static size_t count_ghosts(const struct history *h, const struct entry *now)
{
    size_t end = (size_t)(now->end_ghost - h->ghosts.dropped), first = end;
    while (first > 0) {
        const struct ghost *g = window_row(&h->ghosts, sizeof *g, first - 1);
        if (now->s->time_ns - g->gone_ns >= MOMENT_MARK_NS || g->entry < h->entries.dropped)
            break;
        first--;
    }
    return end - first;
}

/* Put the ghosts, sorted, at the end of cast->all. */
static struct shown *place_ghosts(const struct history *h, const struct entry *now,
                                  struct cast *cast, size_t n)
{
    struct shown *ghosts = cast->all + cast->n - n;
    size_t first = (size_t)(now->end_ghost - h->ghosts.dropped) - n;
    for (size_t i = 0; i < n; i++) {
        const struct ghost *g = window_row(&h->ghosts, sizeof *g, first + i);
        const struct entry *last = history_entry(h, (size_t)(g->entry - h->entries.dropped));
        ghosts[i] = (struct shown){.snapshot = last->s,
                                   .process = &last->s->processes[g->process],
                                   .ghost = g,
                                   .marks = MARK_EXITED};
    }
    qsort(ghosts, n, sizeof *ghosts, compare_shown);
    return ghosts;
}

/*
 * Merge the living, which are sorted by PID, with the ghosts at the end of all: what is written
 * never reaches what is still to be read.
 */
static void merge(const struct entry *now, struct cast *cast, const struct shown *ghosts)
{
    const struct snapshot *s = now->s;
    const struct shown *end = cast->all + cast->n;
    size_t at = 0;
    for (size_t i = 0; i < s->n_processes; i++) {
        while (ghosts < end && ghosts->process->pid <= s->processes[i].pid)
            cast->all[at++] = *ghosts++;
        cast->place[i] = at;
        cast->all[at++] = (struct shown){.snapshot = s,
                                         .process = &s->processes[i],
                                         .marks = now->processes[i].is_orphan ? MARK_ORPHAN : 0};
    }
    while (ghosts < end)
        cast->all[at++] = *ghosts++;
}

/* Where the parent that a ghost had is: among the living, or else among the ghosts. */
static size_t parent_of_ghost(const struct snapshot *s, const struct shown *ghost,
                              const struct cast *cast)
{
    const struct process *parent = snapshot_find(ghost->snapshot, ghost->process->ppid);
    if (!parent || parent == ghost->process)
        return TREE_NONE;
    const struct process *living = snapshot_find_same(s, parent);
    if (living)
        return cast->place[living - s->processes];
    struct shown key = {.process = parent, .ghost = ghost->ghost};
    const struct shown *found = bsearch(&key, cast->all, cast->n, sizeof key, compare_shown);
    return found ? (size_t)(found - cast->all) : TREE_NONE;
}

static void find_parents(const struct snapshot *s, struct cast *cast)
{
    for (size_t i = 0; i < s->n_processes; i++) {
        size_t parent = tree_parent_of(s, i);
        bool is_root =
            parent == TREE_NONE || (s->processes[parent].is_outside && !s->processes[i].is_outside);
        cast->parents[cast->place[i]] = is_root ? TREE_NONE : cast->place[parent];
    }
    for (size_t i = 0; i < cast->n; i++)
        if (cast->all[i].ghost)
            cast->parents[i] = parent_of_ghost(s, &cast->all[i], cast);
}

/* Who was born, and who began another program, by the events of the last MOMENT_MARK_NS. */
static void mark_by_events(const struct moment *m, struct cast *cast)
{
    for (size_t i = 0; i < m->n_events; i++) {
        const struct event *e = &m->events[i];
        if (e->kind != EVENT_FORK && e->kind != EVENT_EXEC)
            continue;
        bool is_fork = e->kind == EVENT_FORK;
        const struct process *p = snapshot_find(m->now, is_fork ? e->other : e->pid);
        if (p && (is_fork || p->start_ticks == e->start_ticks))
            cast->all[cast->place[p - m->now->processes]].marks |= is_fork ? MARK_NEW : MARK_EXEC;
    }
}

static void fill_row(struct moment_row *row, const struct tree_node *node,
                     const struct shown *shown, const struct entry *base, const struct entry *now)
{
    const struct process *p = shown->process;
    *row = (struct moment_row){
        .snapshot = shown->snapshot,
        .process = p,
        .depth = node->depth,
        .is_last = node->is_last,
        .parent = node->parent,
        .marks = shown->marks,
        .exit_status = -1,
        .cpu_percent = -1,
        .faults_per_s = -1,
    };
    if (shown->ghost) {
        row->exit_status = shown->ghost->exit_status;
        row->broken_lane = shown->ghost->output_lane;
        return;
    }
    row->cpu_percent = cpu_percent(base, now, p);
    row->faults_per_s = faults_per_s(base, now, p);
    if (process_is_zombie(p)) {
        row->exit_status = p->exit_status;
        row->broken_lane = now->processes[p - now->s->processes].output_lane;
    }
}

/*
 * The watched tree first; those outside it, who are there only since they hold a channel of its,
 * below. place has room for an index a node.
 */
static void order_rows(struct moment *m, const struct tree *tree, const struct cast *cast,
                       size_t *place, const struct entry *base, const struct entry *now)
{
    for (int is_below = 0; is_below <= 1; is_below++) {
        bool is_outside = false;
        for (size_t i = 0; i < tree->n; i++) {
            const struct tree_node *node = &tree->nodes[i];
            const struct shown *shown = &cast->all[node->process];
            if (node->parent == TREE_NONE)
                is_outside = shown->process->is_outside;
            if (is_outside != is_below)
                continue;
            struct moment_row *row = &m->rows[m->n_rows];
            fill_row(row, node, shown, base, now);
            if (node->parent != TREE_NONE)
                row->parent = place[node->parent];
            place[i] = m->n_rows++;
        }
    }
}

static int fill_rows(struct moment *m, const struct history *h, const struct entry *now,
                     const struct entry *base)
{
    size_t n_ghosts = count_ghosts(h, now), n = now->s->n_processes + n_ghosts;
    struct tree tree = {0};
    struct cast cast = {
        .all = calloc(n + 1, sizeof *cast.all),
        .n = n,
        .place = calloc(n + 1, sizeof *cast.place),
        .parents = calloc(n + 1, sizeof *cast.parents),
    };
    int rc = -ENOMEM;
    m->rows = calloc(n + 1, sizeof *m->rows);
    if (!m->rows || !cast.all || !cast.place || !cast.parents)
        goto out;
    merge(now, &cast, place_ghosts(h, now, &cast, n_ghosts));
    find_parents(now->s, &cast);
    mark_by_events(m, &cast);
    rc = tree_arrange(&tree, cast.parents, n);
    if (rc < 0)
        goto out;
    order_rows(m, &tree, &cast, cast.place, base, now); /* parents are found: place is free */
out:
    tree_fini(&tree);
    free(cast.all);
    free(cast.place);
    free(cast.parents);
    return rc;
}

/* ---- lanes ------------------------------------------------------------------------------- */

static const struct lane_note *note_of(const struct entry *e, const struct channel *c)
{
    const struct channel *found = snapshot_find_channel(e->s, c->device, c->inode);
    return found ? &e->lanes[found - e->s->channels] : NULL;
}

static void fill_flow(struct moment_flow *flow, const struct channel *c,
                      const struct lane_note *note, const struct entry *base,
                      const struct entry *now)
{
    *flow = (struct moment_flow){.bytes_per_s = -1, .total_bytes = -1};
    flow->obtained = flows_obtained(note);
    flow->stuck_ns = note->stuck_direction ? now->s->time_ns - note->stuck_since_ns : 0;
    if (flow->obtained == OBTAINED_UNKNOWN)
        return;
    flow->total_bytes = note->total_bytes;
    const struct lane_note *old = base ? note_of(base, c) : NULL;
    if (!old || old->number != note->number)
        return;
    double seconds = (double)(now->s->time_ns - base->s->time_ns) / (double)SECOND_NS;
    flow->bytes_per_s = (double)(note->total_bytes - old->total_bytes) / seconds;
}

static int fill_lanes(struct moment *m, const struct entry *now, const struct entry *base)
{
    int rc = pipes_init(&m->pipes, now->s);
    if (rc < 0)
        return rc;
    m->flows = calloc(m->pipes.n + 1, sizeof *m->flows);
    if (!m->flows)
        return -ENOMEM;
    for (size_t i = 0; i < m->pipes.n; i++) {
        struct pipe_lane *lane = &m->pipes.lanes[i];
        const struct lane_note *note = &now->lanes[i];
        lane->number = note->number;
        if (lane->condition == PIPE_EOF_WITHHELD && !note->is_confirmed) {
            lane->condition = PIPE_STARVED;
            lane->holder = -1;
        }
        fill_flow(&m->flows[i], &now->s->channels[i], note, base, now);
    }
    return 0;
}

/* ---- */

/* The events of the last MOMENT_MARK_NS. */
static void find_events(struct moment *m, const struct history *h, const struct entry *now)
{
    size_t end = (size_t)(now->end_event - h->events.dropped), first = end;
    while (first > 0) {
        const struct event *e = window_row(&h->events, sizeof *e, first - 1);
        if (now->s->time_ns - e->time_ns >= MOMENT_MARK_NS)
            break;
        first--;
    }
    m->n_events = end - first;
    m->events = m->n_events ? window_row(&h->events, sizeof(struct event), first) : NULL;
}

static int64_t missed_at_most(const struct history *h, const struct entry *now)
{
    bool is_told = now->s->obtained == OBTAINED_EXACT;
    if (now->s->births < 0 || h->first_births < 0)
        return is_told ? now->lost : -1;
    int64_t missed = now->s->births - h->first_births - now->births_seen;
    if (is_told && missed > now->lost)
        missed = now->lost;
    return missed > 0 ? missed : 0;
}

int history_moment(struct history *h, size_t index, struct moment *m)
{
    *m = (struct moment){0};
    if (index >= h->entries.n)
        return -EINVAL;
    const struct entry *now = history_entry(h, index), *base = second_before(h, index);
    m->now = now->s;
    m->since_first_ns = now->s->time_ns - h->first_ns;
    m->rate_hz = rate_of(h, index);
    m->missed_at_most = missed_at_most(h, now);
    m->lost = now->lost;
    find_events(m, h, now);
    int rc = fill_lanes(m, now, base);
    if (rc == 0)
        rc = fill_rows(m, h, now, base);
    if (rc < 0)
        moment_fini(m);
    return rc;
}

void moment_fini(struct moment *m)
{
    free(m->rows);
    free(m->flows);
    pipes_fini(&m->pipes);
    *m = (struct moment){0};
}
