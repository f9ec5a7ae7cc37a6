#include "model/timeline.h"

#include "model/history.h"
#include "model/history_seek.h"
#include "model/timeline_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS UINT64_C(1000000000)

/* ---- what happened ----------------------------------------------------------------------- */

static bool is_mark(enum event_kind kind)
{
    return kind == EVENT_FORK || kind == EVENT_EXEC || kind == EVENT_EXIT;
}

/*
 * When an event took place, and how far off that may be. The one place where its time is taken from:
 * the kernel's word where it is exact; for a fork the child's start time, which has 10 ms steps; else
 * the look that showed it, and it was since the look before.
 */
static void date_event(const struct timeline_build *b, const struct event *e,
                       const struct draft *child, struct timeline_mark *mark)
{
    mark->time_ns = e->time_ns;
    mark->within_ns = 0;
    if (e->obtained == OBTAINED_EXACT)
        return;
    size_t look = history_index_at(b->history, e->time_ns);
    while (look > 0 && history_snapshot(b->history, look)->time_ns >= e->time_ns)
        look--;
    uint64_t before_ns = history_snapshot(b->history, look)->time_ns;
    mark->within_ns = e->time_ns > before_ns ? e->time_ns - before_ns : 0;
    if (child && child->lane.born_ns >= before_ns && child->lane.born_ns < e->time_ns) {
        mark->time_ns = child->lane.born_ns;
        mark->within_ns = TICK_NS;
    }
}

/* A process that no look of the walk holds: the one before it ended may. */
static void find_missed(const struct timeline_build *b, struct draft *d, uint64_t end_ns)
{
    size_t look = history_index_at(b->history, end_ns);
    for (int i = 0; i < 2; i++, look--) {
        const struct snapshot *s = history_snapshot(b->history, look);
        const struct process *p = snapshot_find(s, d->lane.pid);
        if (p && (!d->lane.start_ticks || p->start_ticks == d->lane.start_ticks)) {
            d->lane.snapshot = s;
            d->lane.process = p;
            d->lane.start_ticks = p->start_ticks;
            return;
        }
        if (look == 0)
            return;
    }
}

/* The draft of an event's process, made where it is missing: then it lived between two looks. */
static struct draft *draft_of_event(struct timeline_build *b, pid_t pid, uint64_t start_ticks,
                                    uint64_t time_ns)
{
    struct draft *d = timeline_find_draft(b, pid, start_ticks, time_ns);
    if (d || b->error)
        return d;
    d = timeline_add_draft(b, pid, 0, start_ticks);
    if (!d)
        return NULL;
    if (start_ticks > 0 && start_ticks < UINT64_MAX / TICK_NS && start_ticks * TICK_NS < time_ns)
        d->lane.born_ns = start_ticks * TICK_NS;
    find_missed(b, d, time_ns);
    return d;
}

/* Of a process that the walk has not drawn: it was there, and that is all that is known. */
static void end_missed(struct timeline_build *b, struct draft *d, uint64_t end_ns)
{
    if (d->lane.gone_ns != UINT64_MAX || (d->lane.snapshot && d->all_known_ns > 0))
        return;
    if (d->lane.process &&
        snapshot_find_same(history_snapshot(b->history, b->index), d->lane.process))
        return; /* a zombie: it has ended, and is there */
    d->lane.gone_ns = end_ns;
    timeline_draw_unknown(b, d, d->lane.born_ns, end_ns, LANE_UNSEEN);
    timeline_close_draft(b, d);
}

/* The process that was born by a fork; made, where the walk has not seen it. NULL: no memory. */
static struct draft *child_of_event(struct timeline_build *b, const struct event *e)
{
    struct draft *child = timeline_find_draft(b, e->other, 0, e->time_ns);
    if (!child || child->lane.gone_ns < e->time_ns) {
        child = timeline_add_draft(b, e->other, 0, 0);
        if (!child)
            return NULL;
        child->lane.born_ns = e->time_ns;
        find_missed(b, child, e->time_ns);
    }
    if (e->obtained == OBTAINED_EXACT && child->lane.born_ns < e->time_ns)
        child->lane.born_ns = e->time_ns;
    return child;
}

static void mark_event(struct timeline_build *b, struct timeline *t, const struct event *e)
{
    struct timeline_mark mark = {.kind = e->kind,
                                 .obtained = e->obtained,
                                 .pid = e->pid,
                                 .other = e->other,
                                 .lane = TREE_NONE,
                                 .other_lane = TREE_NONE,
                                 .status = e->status};
    struct draft *child = e->kind == EVENT_FORK ? child_of_event(b, e) : NULL;
    date_event(b, e, child, &mark);
    uint64_t end_ns = b->from_ns + b->n_cells * b->cell_ns;
    struct draft *actor = e->kind == EVENT_FORK
                              ? timeline_find_draft(b, e->pid, e->start_ticks, e->time_ns)
                              : draft_of_event(b, e->pid, e->start_ticks, e->time_ns);
    if (child && !child->lane.process) { /* of whom no look knows anything */
        child->maker = actor;
        if (actor && !actor->lane.comm[0] && actor->lane.process)
            snprintf(child->lane.comm, sizeof child->lane.comm, "%s",
                     snapshot_text(actor->lane.snapshot, actor->lane.process->comm_text));
        else if (actor)
            memcpy(child->lane.comm, actor->lane.comm, sizeof child->lane.comm);
    }
    memcpy(mark.comm, e->comm, sizeof mark.comm);
    bool is_news = actor && (!actor->lane.process || actor->lane.snapshot->time_ns < e->time_ns);
    if (is_news && e->kind == EVENT_EXEC && e->comm[0])
        memcpy(actor->lane.comm, e->comm, sizeof actor->lane.comm);
    if (actor && e->kind == EVENT_EXIT && e->status == -1 && actor->lane.process &&
        process_is_zombie(actor->lane.process))
        mark.status = actor->lane.process->exit_status;
    if (actor && e->kind == EVENT_EXIT)
        end_missed(b, actor, e->time_ns);
    if (mark.time_ns < b->from_ns || mark.time_ns >= end_ns)
        return;
    mark.cell = (size_t)((mark.time_ns - b->from_ns) / b->cell_ns);
    /* A draft's place is not known yet: its index among the drafts stands for it. */
    mark.lane = actor ? actor->place : TREE_NONE;
    mark.other_lane = child ? child->place : TREE_NONE;
    t->marks[t->n_marks++] = mark;
}

static int compare_marks(const void *a, const void *b)
{
    const struct timeline_mark *m = a, *n = b;
    if (m->time_ns != n->time_ns)
        return m->time_ns < n->time_ns ? -1 : 1;
    return (int)m->kind - (int)n->kind; /* a fork, an exec, an exit */
}

static void mark_events(struct timeline_build *b, struct timeline *t)
{
    size_t n = 0;
    for (size_t i = 0; i < b->n_events; i++)
        n += is_mark(b->events[i].kind);
    t->marks = calloc(n + 1, sizeof *t->marks);
    if (!t->marks)
        b->error = -ENOMEM;
    for (size_t i = 0; i < b->n_events && !b->error; i++)
        if (is_mark(b->events[i].kind))
            mark_event(b, t, &b->events[i]);
}

/* ---- what came before the first look ------------------------------------------------------ */

static void mark_unseen(struct timeline_build *b, struct draft *d)
{
    uint64_t born = d->lane.start_ticks < UINT64_MAX / TICK_NS ? d->lane.start_ticks * TICK_NS : 0;
    if (d->lane.born_ns > 0)
        born = d->lane.born_ns;
    if (!b->has_beginning || !d->lane.process || d->lane.tid != 0 || !timeline_has_cells(b, d))
        return;
    for (size_t i = 0; i < b->n_cells; i++) {
        uint64_t begin = b->from_ns + i * b->cell_ns;
        if (begin + b->cell_ns > b->seen_from_ns)
            break;
        if (begin + b->cell_ns > born && d->cells[i].state == LANE_ABSENT)
            d->cells[i] = (struct timeline_cell){-1, -1, -1, -1, LANE_UNSEEN, WAIT_NOTHING};
    }
}

/* ---- order ------------------------------------------------------------------------------- */

/* Threads before processes, so that they come before a process's children; then by PID. */
static int compare_drafts(const void *a, const void *b)
{
    const struct timeline_lane *p = &(*(struct draft *const *)a)->lane,
                               *q = &(*(struct draft *const *)b)->lane;
    if (!p->tid != !q->tid)
        return p->tid ? -1 : 1;
    if (p->pid != q->pid)
        return p->pid < q->pid ? -1 : 1;
    if (p->start_ticks != q->start_ticks)
        return p->start_ticks < q->start_ticks ? -1 : 1;
    return (p->tid > q->tid) - (p->tid < q->tid);
}

/* Its process's, for a thread; its parent's, as it was when it was last seen. NULL: it is a root. */
static struct draft *parent_of(const struct timeline_build *b, const struct draft *d)
{
    const struct timeline_lane *l = &d->lane;
    if (l->tid)
        return timeline_find_draft(b, l->pid, l->start_ticks, UINT64_MAX);
    if (!l->process)
        return d->maker;
    const struct process *parent = snapshot_find(l->snapshot, l->process->ppid);
    if (!parent || parent == l->process || (parent->is_outside && !l->process->is_outside))
        return NULL;
    return timeline_find_draft(b, parent->pid, parent->start_ticks, UINT64_MAX);
}

static bool is_outside(const struct draft *d)
{
    return d->lane.process && d->lane.process->is_outside;
}

static void place_lane(struct timeline_build *b, struct timeline *t, const struct tree_node *node,
                       size_t *places)
{
    struct draft *d = b->drafts[node->process];
    struct timeline_lane *lane = &t->lanes[t->n_lanes];
    *lane = d->lane;
    lane->depth = node->depth;
    lane->parent = node->parent == TREE_NONE ? TREE_NONE : places[node->parent];
    lane->lives = lane->snapshot == history_snapshot(b->history, b->index);
    lane->run = d->all_known_ns > 0 ? d->all_run_ns / d->all_known_ns : -1;
    lane->queued = d->all_known_queued_ns > 0 ? d->all_queued_ns / d->all_known_queued_ns : -1;
    lane->cells = &t->cells[t->n_lanes * b->n_cells];
    if (d->cells)
        memcpy(&t->cells[t->n_lanes * b->n_cells], d->cells, b->n_cells * sizeof *d->cells);
    d->place = t->n_lanes++;
}

/* Where the draft that was made as number `made` stands now. */
static size_t place_of(struct draft *const *as_made, size_t n, size_t made)
{
    return made < n && as_made[made] ? as_made[made]->place : TREE_NONE;
}

/* As the tree's rows: depth first, those outside the watched tree below. */
static int place_lanes(struct timeline_build *b, struct timeline *t)
{
    struct tree tree = {0};
    size_t *parents = calloc(b->n + 1, sizeof *parents), *places = calloc(b->n + 1, sizeof *places);
    struct draft **as_made = calloc(b->n + 1, sizeof(struct draft *));
    t->lanes = calloc(b->n + 1, sizeof *t->lanes);
    t->cells = calloc(b->n * b->n_cells + 1, sizeof *t->cells);
    int rc = -ENOMEM;
    if (!parents || !places || !as_made || !t->lanes || !t->cells)
        goto out;
    memcpy(as_made, b->drafts, b->n * sizeof(struct draft *));
    qsort(b->drafts, b->n, sizeof(struct draft *), compare_drafts);
    for (size_t i = 0; i < b->n; i++)
        b->drafts[i]->place = i;
    for (size_t i = 0; i < b->n; i++) {
        const struct draft *parent = parent_of(b, b->drafts[i]);
        parents[i] = parent && parent != b->drafts[i] ? parent->place : TREE_NONE;
    }
    rc = tree_arrange(&tree, parents, b->n);
    if (rc < 0)
        goto out;
    for (int below = 0; below <= 1; below++) {
        bool outside = false;
        for (size_t i = 0; i < tree.n; i++) {
            if (tree.nodes[i].parent == TREE_NONE)
                outside = is_outside(b->drafts[tree.nodes[i].process]);
            if (outside != below)
                continue;
            places[i] = t->n_lanes;
            place_lane(b, t, &tree.nodes[i], places);
        }
    }
    for (size_t i = 0; i < t->n_marks; i++) {
        struct timeline_mark *m = &t->marks[i];
        m->lane = place_of(as_made, b->n, m->lane);
        m->other_lane = place_of(as_made, b->n, m->other_lane);
    }
out:
    tree_fini(&tree);
    free(parents);
    free(places);
    free(as_made);
    return rc;
}

/* ---- sums -------------------------------------------------------------------------------- */

static int sum_busy(const struct timeline_build *b, struct timeline *t)
{
    t->busy = calloc(t->n_cells, sizeof *t->busy);
    if (!t->busy)
        return -ENOMEM;
    for (size_t i = 0; i < t->n_cells; i++) {
        if (timeline_seen_ns(b, i) <= 0)
            t->busy[i] = -1;
        for (size_t k = 0; k < t->n_lanes && t->busy[i] >= 0; k++) {
            float run = t->cells[k * t->n_cells + i].run;
            t->busy[i] += run > 0 ? run : 0;
        }
    }
    return 0;
}

static int last_cpu_of(const struct timeline_lane *lane)
{
    return lane->task ? lane->task->last_cpu : lane->process ? lane->process->last_cpu : -1;
}

/* Count the CPU of lane `at` if none of the wanting lanes before it was last on it. */
static void count_cpu(struct timeline *t, const size_t *wanting, size_t n)
{
    int cpu = last_cpu_of(&t->lanes[wanting[n]]);
    for (size_t i = 0; i < n; i++)
        if (last_cpu_of(&t->lanes[wanting[i]]) == cpu)
            return;
    if (cpu < 0)
        return;
    t->load.cpus++;
    if (t->load.cpu < 0 || cpu < t->load.cpu)
        t->load.cpu = cpu;
}

/* A sum of what is known, and of how long. */
struct average {
    double sum, known_ns;
};

static void average_add(struct average *a, double value, double ns)
{
    a->sum += value >= 0 ? value * ns : 0;
    a->known_ns += value >= 0 ? ns : 0;
}

static double average_of(const struct average *a)
{
    return a->known_ns > 0 ? a->sum / a->known_ns : -1;
}

/* Over the cells from first to the one that holds now, that one as far as it has come. */
static struct timeline_recent recent_of(const struct timeline_build *b, const struct timeline *t,
                                        const struct timeline_lane *lane, size_t first)
{
    struct average run = {0}, queued = {0}, voluntary = {0}, involuntary = {0};
    for (size_t i = first; i <= t->now_cell; i++) {
        const struct timeline_cell *cell = &lane->cells[i];
        double ns = cell->state == LANE_ABSENT ? 0 : timeline_seen_ns(b, i);
        average_add(&run, cell->run, ns);
        average_add(&queued, cell->queued, ns);
        average_add(&voluntary, cell->voluntary, ns);
        average_add(&involuntary, cell->involuntary, ns);
    }
    return (struct timeline_recent){.run = average_of(&run),
                                    .queued = average_of(&queued),
                                    .voluntary = average_of(&voluntary),
                                    .involuntary = average_of(&involuntary)};
}

static int sum_load(const struct timeline_build *b, struct timeline *t)
{
    const double nearly_all = 0.85; /* of the time */
    size_t first = t->now_cell;
    double all_ns = timeline_seen_ns(b, first);
    while (first > 0 && all_ns < (double)SECOND_NS)
        all_ns += timeline_seen_ns(b, --first);
    t->load = (struct timeline_load){.busy = -1, .cpu = -1};
    struct average busy = {0};
    for (size_t i = first; i <= t->now_cell; i++)
        average_add(&busy, t->busy[i], timeline_seen_ns(b, i));
    t->load.busy = average_of(&busy);
    size_t *wanting = calloc(t->n_lanes + 1, sizeof *wanting);
    if (!wanting)
        return -ENOMEM;
    for (size_t k = 0; k < t->n_lanes; k++) {
        struct timeline_lane *lane = &t->lanes[k];
        lane->recent = recent_of(b, t, lane, first);
        double run = lane->recent.run > 0 ? lane->recent.run : 0;
        double queued = lane->recent.queued > 0 ? lane->recent.queued : 0;
        if (run + queued < nearly_all || !lane->lives)
            continue;
        wanting[t->load.wanting] = k;
        count_cpu(t, wanting, t->load.wanting++);
        t->load.queued += queued;
    }
    free(wanting);
    return 0;
}

/* ---- */

/* Returns how many events are left out. */
static size_t begin(struct timeline_build *b, const struct history *h)
{
    uint64_t now_ns = history_snapshot(h, b->index)->time_ns;
    uint64_t end_ns = (now_ns / b->cell_ns + 1) * b->cell_ns, all_ns = b->n_cells * b->cell_ns;
    b->from_ns = end_ns > all_ns ? end_ns - all_ns : 0;
    size_t first = history_index_at(h, b->from_ns);
    uint64_t first_ns = history_snapshot(h, first)->time_ns;
    b->has_beginning = first_ns > b->from_ns;
    b->seen_from_ns = b->has_beginning ? first_ns : b->from_ns;
    b->seen_to_ns = now_ns;
    size_t left_out = 0;
    b->events = history_events(h, b->has_beginning ? first : first + 1, b->index, &b->n_events);
    if (b->n_events > TIMELINE_MOST_EVENTS)
        left_out = b->n_events - TIMELINE_MOST_EVENTS;
    b->events = left_out ? b->events + left_out : b->events;
    b->n_events -= left_out;
    return left_out;
}

int timeline_init(struct timeline *t, const struct history *h, size_t index, uint64_t cell_ns,
                  size_t n_cells, bool threads)
{
    *t = (struct timeline){0};
    if (index >= history_count(h) || n_cells == 0 || cell_ns == 0)
        return -EINVAL;
    struct timeline_build b = {
        .history = h, .index = index, .cell_ns = cell_ns, .n_cells = n_cells, .threads = threads};
    t->n_left_out = begin(&b, h);
    t->from_ns = b.from_ns;
    t->cell_ns = cell_ns;
    t->n_cells = n_cells;
    uint64_t now_cell = (b.seen_to_ns - b.from_ns) / cell_ns;
    t->now_cell =
        now_cell < n_cells ? (size_t)now_cell : n_cells - 1; /* a corrupt recording's time */
    t->first_look_ns = b.has_beginning ? b.seen_from_ns : 0;
    timeline_walk(&b);
    mark_events(&b, t);
    for (size_t i = 0; i < b.n && !b.error; i++)
        mark_unseen(&b, b.drafts[i]);
    int rc = b.error;
    if (rc == 0)
        rc = place_lanes(&b, t);
    if (rc == 0)
        rc = sum_busy(&b, t);
    if (rc == 0)
        rc = sum_load(&b, t);
    if (rc == 0)
        qsort(t->marks, t->n_marks, sizeof *t->marks, compare_marks);
    else
        timeline_fini(t);
    timeline_build_fini(&b);
    return rc;
}

void timeline_fini(struct timeline *t)
{
    free(t->lanes);
    free(t->marks);
    free(t->busy);
    free(t->cells);
    *t = (struct timeline){0};
}

size_t timeline_lane_of(const struct timeline *t, pid_t pid, pid_t tid, uint64_t start_ticks)
{
    if (tid == pid)
        tid = 0;
    for (size_t i = 0; i < t->n_lanes; i++)
        if (t->lanes[i].pid == pid && t->lanes[i].tid == tid &&
            t->lanes[i].start_ticks == start_ticks)
            return i;
    return TREE_NONE;
}
