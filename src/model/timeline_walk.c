/* The lanes of a timeline, drawn from one look to the next. */
#include "model/history.h"
#include "model/history_seek.h"
#include "model/timeline_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What a look tells of one lane. */
struct figures {
    int64_t run_ns, queued_ns, cpu_ticks; /* -1: unknown, as the next two */
    int64_t voluntary, involuntary;
    double tasks;  /* so many CPUs could it have kept busy */
    size_t doing;  /* below N_DOINGS */
    bool is_ready; /* in state R */
};

/* A look, and whose draft each of its rows is. */
struct seen {
    const struct snapshot *s;
    struct draft **of_process, **of_task; /* of_task only of tasks with a lane of their own */
};

/* A stretch in which a lane did the same all the time, as far as is known. Rates are by the ns. */
struct piece {
    double run, queued, voluntary, involuntary; /* negative: unknown */
    size_t rest; /* what it did when it neither ran nor waited for a CPU */
};

/* ---- drafts ------------------------------------------------------------------------------ */

struct draft *timeline_add_draft(struct timeline_build *b, pid_t pid, pid_t tid,
                                 uint64_t start_ticks)
{
    if (b->n == b->capacity) {
        size_t capacity = b->capacity ? 2 * b->capacity : 64;
        void *grown = realloc(b->drafts, capacity * sizeof(struct draft *));
        if (!grown)
            goto failed;
        b->drafts = grown;
        b->capacity = capacity;
    }
    pid_t id = tid ? tid : pid;
    struct draft_id *entry;
    HASH_FIND_INT(b->ids, &id, entry);
    if (!entry) {
        entry = calloc(1, sizeof *entry);
        if (!entry)
            goto failed;
        entry->id = id;
        HASH_ADD_INT(b->ids, id, entry); /* NOLINT(clang-analyzer-unix.Malloc) */
    }
    struct draft *d = calloc(1, sizeof *d);
    if (!d)
        goto failed;
    d->lane = (struct timeline_lane){
        .pid = pid, .tid = tid, .start_ticks = start_ticks, .gone_ns = UINT64_MAX};
    d->cell = b->n_cells;
    d->place = b->n;
    d->older = entry->newest;
    entry->newest = d;
    b->drafts[b->n++] = d;
    return d;
failed:
    b->error = -ENOMEM;
    return NULL;
}

static struct draft *newest_of(const struct timeline_build *b, pid_t id)
{
    struct draft_id *entry;
    HASH_FIND_INT(b->ids, &id, entry);
    return entry ? entry->newest : NULL;
}

/* What the kernel told with an event may be a tick off. */
static bool is_same_start(uint64_t a, uint64_t b)
{
    return a - b + 1 <= 2;
}

struct draft *timeline_find_draft(const struct timeline_build *b, pid_t pid, uint64_t start_ticks,
                                  uint64_t time_ns)
{
    struct draft *d = newest_of(b, pid);
    for (; d; d = d->older) {
        bool is_told = start_ticks && d->lane.start_ticks;
        if (d->lane.tid == 0 && (is_told ? is_same_start(d->lane.start_ticks, start_ticks)
                                         : d->lane.born_ns <= time_ns))
            break;
    }
    return d;
}

void timeline_build_fini(struct timeline_build *b)
{
    struct draft_id *entry, *next;
    HASH_ITER(hh, b->ids, entry, next)
    {
        HASH_DEL(b->ids, entry); /* NOLINT(clang-analyzer-unix.Malloc) */
        free(entry);
    }
    for (size_t i = 0; i < b->n; i++) {
        free(b->drafts[i]->cells);
        free(b->drafts[i]);
    }
    free(b->drafts);
}

/* ---- cells ------------------------------------------------------------------------------- */

static uint64_t latest(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static uint64_t earliest(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

double timeline_seen_ns(const struct timeline_build *b, size_t cell)
{
    uint64_t begin = b->from_ns + cell * b->cell_ns;
    uint64_t from = latest(begin, b->seen_from_ns),
             to = earliest(begin + b->cell_ns, b->seen_to_ns);
    return to > from ? (double)(to - from) : 0;
}

/* What was summed up, as a share of the time for which it is known; unknown where that is short. */
static float share(double sum, double seen_ns, double unknown_ns)
{
    double known_ns = seen_ns - unknown_ns;
    return known_ns > seen_ns / 4 ? (float)(sum / known_ns) : -1;
}

void timeline_close_draft(const struct timeline_build *b, struct draft *d)
{
    if (d->cell >= b->n_cells)
        return;
    double seen_ns = timeline_seen_ns(b, d->cell);
    struct timeline_cell *cell = &d->cells[d->cell];
    size_t most = 0;
    for (size_t i = 1; i < N_DOINGS; i++)
        if (d->doing_ns[i] > d->doing_ns[most])
            most = i;
    cell->state = (uint8_t)(most < LANE_SLEEPING ? most : LANE_SLEEPING);
    cell->wait = (uint8_t)(most < LANE_SLEEPING ? WAIT_NOTHING : most - LANE_SLEEPING);
    cell->run = share(d->run_ns, seen_ns, d->unknown_ns);
    cell->queued = share(d->queued_ns, seen_ns, d->unqueued_ns);
    cell->voluntary = share(d->voluntary * 1e9, seen_ns, d->uncounted_ns);
    cell->involuntary = share(d->involuntary * 1e9, seen_ns, d->uncounted_ns);
    memset(d->doing_ns, 0, sizeof d->doing_ns);
    d->run_ns = d->queued_ns = d->unknown_ns = d->unqueued_ns = 0;
    d->voluntary = d->involuntary = d->uncounted_ns = 0;
    d->cell = b->n_cells;
}

static void add_to_cell(struct draft *d, double ns, const struct piece *p)
{
    double run = p->run > 0 ? p->run : 0, queued = p->queued > 0 ? p->queued : 0;
    d->doing_ns[LANE_RUNNING] += ns * run;
    d->doing_ns[LANE_QUEUED] += ns * queued;
    d->doing_ns[p->rest] += run + queued < 1 ? ns * (1 - run - queued) : 0;
    if (p->run >= 0) {
        d->run_ns += ns * p->run;
        d->all_run_ns += ns * p->run;
        d->all_known_ns += ns;
    } else {
        d->unknown_ns += ns;
    }
    if (p->queued >= 0) {
        d->queued_ns += ns * p->queued;
        d->all_queued_ns += ns * p->queued;
        d->all_known_queued_ns += ns;
    } else {
        d->unqueued_ns += ns;
    }
    if (p->voluntary >= 0 && p->involuntary >= 0) {
        d->voluntary += ns * p->voluntary;
        d->involuntary += ns * p->involuntary;
    } else {
        d->uncounted_ns += ns;
    }
}

/* Many of those that live a moment only are never drawn: cells are made when they are needed. */
bool timeline_has_cells(struct timeline_build *b, struct draft *d)
{
    if (d->cells)
        return true;
    d->cells = calloc(b->n_cells, sizeof *d->cells);
    if (!d->cells) {
        b->error = -ENOMEM;
        return false;
    }
    for (size_t i = 0; i < b->n_cells; i++)
        d->cells[i] = (struct timeline_cell){.state = LANE_ABSENT, .wait = WAIT_NOTHING};
    return true;
}

static void draw_piece(struct timeline_build *b, struct draft *d, uint64_t from, uint64_t to,
                       const struct piece *p)
{
    uint64_t end = b->from_ns + b->n_cells * b->cell_ns;
    from = latest(from, b->from_ns);
    to = earliest(to, end);
    if (from >= to || !timeline_has_cells(b, d))
        return;
    while (from < to) {
        size_t cell = (size_t)((from - b->from_ns) / b->cell_ns);
        uint64_t until = earliest(to, b->from_ns + (cell + 1) * b->cell_ns);
        if (cell != d->cell) {
            timeline_close_draft(b, d);
            d->cell = cell;
        }
        add_to_cell(d, (double)(until - from), p);
        from = until;
    }
}

void timeline_draw_unknown(struct timeline_build *b, struct draft *d, uint64_t from_ns,
                           uint64_t to_ns, enum lane_state state)
{
    const struct piece p = {-1, -1, -1, -1, state};
    draw_piece(b, d, from_ns, to_ns, &p);
}

/* ---- what the kernel told ---------------------------------------------------------------- */

/*
 * When a process was forked or ended after one look and not after the next, in the kernel's own
 * words; 0: it has not told.
 */
static uint64_t told_time(const struct timeline_build *b, enum event_kind kind, pid_t pid,
                          uint64_t after_ns, uint64_t by_ns)
{
    for (size_t i = b->n_events; i-- > 0 && b->events[i].time_ns > after_ns;) {
        const struct event *e = &b->events[i];
        if (e->kind == kind && e->obtained == OBTAINED_EXACT && e->time_ns <= by_ns &&
            (kind == EVENT_FORK ? e->other : e->pid) == pid)
            return e->time_ns;
    }
    return 0;
}

/* ---- from one look to the next ----------------------------------------------------------- */

static size_t doing_of(char state, const struct waiting *w, bool is_zombie)
{
    switch (state) {
    case 'R':
        return LANE_RUNNABLE;
    case 'T':
    case 't':
        return LANE_STOPPED;
    case 'D':
        return LANE_DISK;
    case 'Z':
    case 'X':
        return is_zombie ? LANE_ZOMBIE : LANE_SLEEPING + WAIT_UNKNOWN;
    default:
        return LANE_SLEEPING + (w->kind == WAIT_NOTHING ? (size_t)WAIT_UNKNOWN : w->kind);
    }
}

static struct figures figures_of_task(const struct task *t)
{
    return (struct figures){.run_ns = t->run_ns,
                            .queued_ns = t->queued_ns,
                            .cpu_ticks = -1,
                            .voluntary = t->voluntary,
                            .involuntary = t->involuntary,
                            .tasks = 1,
                            .doing = doing_of(t->state, &t->waiting, false),
                            .is_ready = t->state == 'R'};
}

static const struct task *main_task(const struct snapshot *s, const struct process *p)
{
    size_t n;
    const struct task *tasks = snapshot_tasks(s, p, &n);
    for (size_t i = 0; i < n; i++)
        if (tasks[i].tid == p->pid)
            return &tasks[i];
    return NULL;
}

/* Its sum; or its main thread's, where the others have lanes of their own. */
static struct figures figures_of(const struct timeline_build *b, const struct snapshot *s,
                                 const struct process *p)
{
    const struct task *t = b->threads && p->n_tasks > 1 ? main_task(s, p) : NULL;
    if (t)
        return figures_of_task(t);
    const int64_t most = INT64_MAX / 4; /* whatever a corrupt recording says */
    bool has_ticks = p->user_ticks >= 0 && p->system_ticks >= 0 && p->user_ticks < most &&
                     p->system_ticks < most;
    int64_t ticks = has_ticks ? p->user_ticks + p->system_ticks : -1;
    return (struct figures){.run_ns = p->run_ns,
                            .queued_ns = p->queued_ns,
                            .cpu_ticks = ticks,
                            .voluntary = p->voluntary,
                            .involuntary = p->involuntary,
                            .tasks = p->n_threads > 1 ? p->n_threads : 1,
                            .doing = doing_of(p->state, &p->waiting, process_is_zombie(p)),
                            .is_ready = p->state == 'R'};
}

/* How much a count has grown; -1: unknown, as where a thread's part of it ended with the thread. */
static double growth(int64_t before, int64_t after)
{
    return before < 0 || after < before ? -1 : (double)(after - before);
}

/* A rate by the ns, at most `most` (a look is not taken in one instant); -1 stays. */
static double rate(double sum, double elapsed_ns, double most)
{
    double by_ns = sum / elapsed_ns;
    return sum < 0 ? -1 : by_ns > most ? most : by_ns;
}

/*
 * Ready at both looks, and it has not given the CPU up in between: what it did not run it waited for
 * one. (The kernel adds a wait to its count when that is over, which may be much later.)
 */
static bool has_not_slept(const struct figures *before, const struct figures *after)
{
    return before->is_ready && after->is_ready && before->tasks == 1 && after->tasks == 1 &&
           before->voluntary >= 0 && before->voluntary == after->voluntary;
}

static struct piece piece_between(const struct figures *before, const struct figures *after,
                                  double elapsed_ns)
{
    struct piece p = {.rest = after->doing};
    double most = after->tasks > before->tasks ? after->tasks : before->tasks;
    double run_ns = growth(before->run_ns, after->run_ns);
    if (run_ns < 0) {
        double ticks = growth(before->cpu_ticks, after->cpu_ticks);
        run_ns = ticks < 0 ? -1 : ticks * (double)TICK_NS;
    }
    p.run = rate(run_ns, elapsed_ns, most);
    p.queued = rate(growth(before->queued_ns, after->queued_ns), elapsed_ns, most);
    if (has_not_slept(before, after) && p.run >= 0)
        p.queued = 1 - p.run;
    p.voluntary = rate(growth(before->voluntary, after->voluntary), elapsed_ns, 1);
    p.involuntary = rate(growth(before->involuntary, after->involuntary), elapsed_ns, 1);
    return p;
}

/*
 * What it did besides running and waiting for a CPU, by a look that found it runnable: it must have
 * slept; in what, the other look may tell.
 */
static size_t rest_beside(const struct figures *look, const struct figures *other,
                          const struct piece *p)
{
    if (!look->is_ready || p->run < 0 || p->queued < 0)
        return look->doing;
    return other->is_ready ? LANE_SLEEPING + (size_t)WAIT_UNKNOWN : other->doing;
}

/* It has ended between two looks, and was told when: what it ran was until then. */
static void draw_told_end(struct timeline_build *b, struct draft *d, uint64_t from,
                          const struct figures *before, uint64_t ended, const struct figures *after,
                          uint64_t to)
{
    struct piece p = piece_between(before, after, (double)(ended - from));
    p.rest = before->doing;
    draw_piece(b, d, from, ended, &p);
    draw_piece(b, d, ended, to, &(struct piece){.rest = LANE_ZOMBIE});
}

/* What was seen at a look holds until half-way to the next. */
static void draw_between(struct timeline_build *b, struct draft *d, uint64_t from,
                         const struct figures *before, uint64_t to, const struct figures *after)
{
    if (to <= b->from_ns || to <= from)
        return;
    bool has_ended = after->doing == LANE_ZOMBIE && before->doing != LANE_ZOMBIE;
    uint64_t ended = has_ended ? told_time(b, EVENT_EXIT, d->lane.pid, from, to) : 0;
    if (ended) {
        draw_told_end(b, d, from, before, ended, after, to);
        return;
    }
    struct piece p = piece_between(before, after, (double)(to - from));
    uint64_t middle = from + (to - from) / 2;
    p.rest = rest_beside(before, after, &p);
    draw_piece(b, d, from, middle, &p);
    p.rest = rest_beside(after, before, &p);
    draw_piece(b, d, middle, to, &p);
}

/*
 * Born between two looks: all that it has run it has run since. is_dated: it is known when; else a
 * task that is ready and has never slept may have waited for a CPU for less than that.
 */
static void draw_birth(struct timeline_build *b, struct draft *d, uint64_t born, bool is_dated,
                       uint64_t to, const struct figures *now)
{
    const struct figures before = {
        .tasks = 1, .cpu_ticks = now->cpu_ticks < 0 ? -1 : 0, .is_ready = is_dated};
    d->lane.born_ns = born;
    if (to <= born)
        return;
    struct piece p = piece_between(&before, now, (double)(to - born));
    draw_piece(b, d, born, to, &p);
}

/* It is not in the later look any more: until then, or until it is known to have ended. */
static void draw_end(struct timeline_build *b, struct draft *d, uint64_t from, size_t doing,
                     uint64_t to)
{
    if (!d)
        return;
    d->lane.gone_ns = to;
    draw_piece(b, d, from, to, &(struct piece){-1, -1, -1, -1, doing});
}

/* ---- rows -------------------------------------------------------------------------------- */

static struct draft *draft_of(struct timeline_build *b, const struct snapshot *s,
                              const struct process *p)
{
    struct draft *d = timeline_find_draft(b, p->pid, p->start_ticks, 0);
    if (!d)
        d = timeline_add_draft(b, p->pid, 0, p->start_ticks);
    if (d)
        d->lane.snapshot = s, d->lane.process = p;
    return d;
}

/*
 * When it was born, which was after the earlier look and not after the later one. Its start time is
 * cut to ticks; where it does not fit at all (a namespace with another time), only that is known.
 */
static uint64_t birth_of(const struct timeline_build *b, const struct process *p, uint64_t after_ns,
                         uint64_t by_ns)
{
    uint64_t told = told_time(b, EVENT_FORK, p->pid, after_ns, by_ns);
    if (told)
        return told;
    uint64_t born = p->start_ticks < UINT64_MAX / TICK_NS - 1 ? p->start_ticks * TICK_NS : by_ns;
    return born + TICK_NS <= after_ns ? by_ns : earliest(latest(born, after_ns), by_ns);
}

static void end_task(struct timeline_build *b, const struct seen *before, size_t task,
                     uint64_t end_ns)
{
    struct draft *d = before->of_task[task];
    const struct figures f = figures_of_task(&before->s->tasks[task]);
    draw_end(b, d, before->s->time_ns, f.doing, end_ns);
}

static void end_process(struct timeline_build *b, const struct seen *before, size_t index,
                        uint64_t by_ns)
{
    const struct process *p = &before->s->processes[index];
    uint64_t end_ns = told_time(b, EVENT_EXIT, p->pid, before->s->time_ns, by_ns);
    end_ns = end_ns ? end_ns : by_ns; /* else it is known by the later look alone */
    const struct figures f = figures_of(b, before->s, p);
    draw_end(b, before->of_process[index], before->s->time_ns, f.doing, end_ns);
    size_t n;
    const struct task *tasks = snapshot_tasks(before->s, p, &n);
    for (size_t i = 0; i < n; i++)
        end_task(b, before, (size_t)(tasks - before->s->tasks) + i, end_ns);
}

/* A task of a process; before: the same one in the earlier look, NULL where there is none. */
static void draw_task(struct timeline_build *b, const struct seen *before, const struct task *was,
                      struct seen *now, const struct process *p, const struct task *t)
{
    size_t index = (size_t)(t - now->s->tasks);
    struct draft *d = was ? before->of_task[was - before->s->tasks] : NULL;
    if (!b->threads || p->n_tasks < 2 || t->tid == p->pid)
        return;
    bool is_new = !d;
    if (!d)
        d = timeline_add_draft(b, p->pid, t->tid, p->start_ticks);
    if (!d)
        return;
    now->of_task[index] = d;
    d->lane.snapshot = now->s, d->lane.process = p, d->lane.task = t;
    d->lane.gone_ns = UINT64_MAX;
    struct figures f = figures_of_task(t);
    if (!before)
        return;
    if (is_new || !was) {
        draw_birth(b, d, before->s->time_ns, false, now->s->time_ns, &f);
        return;
    }
    struct figures old = figures_of_task(was);
    draw_between(b, d, before->s->time_ns, &old, now->s->time_ns, &f);
}

/* The tasks of one process in both looks, side by side; was may be NULL. */
static void draw_tasks(struct timeline_build *b, const struct seen *before,
                       const struct process *was, struct seen *now, const struct process *p)
{
    size_t n_old = 0, n_new, i = 0;
    const struct task *old = was ? snapshot_tasks(before->s, was, &n_old) : NULL;
    const struct task *tasks = snapshot_tasks(now->s, p, &n_new);
    for (size_t k = 0; k < n_new && !b->error; k++) {
        for (; i < n_old && old[i].tid < tasks[k].tid; i++)
            end_task(b, before, (size_t)(&old[i] - before->s->tasks), now->s->time_ns);
        const struct task *same = i < n_old && old[i].tid == tasks[k].tid ? &old[i++] : NULL;
        draw_task(b, before, same, now, p, &tasks[k]);
    }
    for (; i < n_old; i++)
        end_task(b, before, (size_t)(&old[i] - before->s->tasks), now->s->time_ns);
}

/* before, was: NULL where there is no earlier look, where it does not hold the process. */
static void draw_process(struct timeline_build *b, const struct seen *before,
                         const struct process *was, struct seen *now, const struct process *p)
{
    struct draft *d = was ? before->of_process[was - before->s->processes] : draft_of(b, now->s, p);
    if (!d)
        return;
    now->of_process[p - now->s->processes] = d;
    d->lane.snapshot = now->s, d->lane.process = p;
    d->lane.gone_ns = UINT64_MAX;
    const struct figures f = figures_of(b, now->s, p);
    if (was) {
        const struct figures old = figures_of(b, before->s, was);
        draw_between(b, d, before->s->time_ns, &old, now->s->time_ns, &f);
    } else if (before && !p->is_outside) {
        uint64_t born = birth_of(b, p, before->s->time_ns, now->s->time_ns);
        draw_birth(b, d, born, true, now->s->time_ns, &f);
    }
    draw_tasks(b, before, was, now, p);
}

/* Both tables of processes, which are sorted by PID, side by side; before may be NULL. */
static void step(struct timeline_build *b, const struct seen *before, struct seen *now)
{
    const struct snapshot *s = now->s, *old = before ? before->s : NULL;
    size_t n_old = old ? old->n_processes : 0, i = 0;
    for (size_t k = 0; k < s->n_processes && !b->error; k++) {
        const struct process *p = &s->processes[k], *was = NULL;
        for (; i < n_old && old->processes[i].pid < p->pid; i++)
            end_process(b, before, i, s->time_ns);
        if (i < n_old && old->processes[i].pid == p->pid) {
            was = &old->processes[i++];
            if (was->start_ticks != p->start_ticks) {
                end_process(b, before, i - 1, s->time_ns);
                was = NULL;
            }
        }
        draw_process(b, before, was, now, p);
    }
    for (; i < n_old && !b->error; i++)
        end_process(b, before, i, s->time_ns);
}

/* ---- looks ------------------------------------------------------------------------------- */

static void seen_fini(struct seen *seen)
{
    free(seen->of_process);
    free(seen->of_task);
    *seen = (struct seen){0};
}

static bool seen_init(struct timeline_build *b, struct seen *seen, size_t index)
{
    seen->s = history_snapshot(b->history, index);
    seen->of_process = calloc(seen->s->n_processes + 1, sizeof(struct draft *));
    seen->of_task = calloc(seen->s->n_tasks + 1, sizeof(struct draft *));
    if (!seen->of_process || !seen->of_task)
        b->error = -ENOMEM;
    return !b->error;
}

/* So many looks of a cell are walked; where there are very many processes one, or it would take long. */
static size_t slices_per_cell(const struct timeline_build *b)
{
    size_t n = history_snapshot(b->history, b->index)->n_processes;
    return n <= SLICED_FINELY_UP_TO && b->cell_ns >= SLICES_PER_CELL ? SLICES_PER_CELL : 1;
}

/* The look to go on with after `index`: the next, or the last of its slice where there are many. */
static size_t next_look(const struct timeline_build *b, size_t index, uint64_t slice_ns)
{
    if (slice_ns == 0)
        return index + 1;
    uint64_t begin = b->from_ns;
    uint64_t next_ns = history_snapshot(b->history, index + 1)->time_ns;
    if (next_ns >= begin)
        begin += (next_ns - begin) / slice_ns * slice_ns + slice_ns - 1;
    size_t next = history_index_at(b->history, begin);
    return next <= index ? index + 1 : next < b->index ? next : b->index;
}

void timeline_walk(struct timeline_build *b)
{
    size_t index = history_index_at(b->history, b->from_ns), slices = slices_per_cell(b);
    bool by_slice = b->index - index > slices * b->n_cells;
    uint64_t slice_ns = by_slice ? b->cell_ns / slices : 0; /* 0: look by look */
    struct seen before = {0}, now = {0};
    if (seen_init(b, &before, index))
        step(b, NULL, &before);
    while (!b->error && index < b->index) {
        index = next_look(b, index, slice_ns);
        if (seen_init(b, &now, index))
            step(b, &before, &now);
        seen_fini(&before);
        before = now;
        now = (struct seen){0};
    }
    seen_fini(&before);
    for (size_t i = 0; i < b->n; i++)
        timeline_close_draft(b, b->drafts[i]);
}
