#include "model/deadlock.h"

#include "model/pipes.h"
#include "model/snapshot.h"
#include "model/tree.h"

#include <errno.h>
#include <stdlib.h>

/* ---- holders that we cannot see ---------------------------------------------------------- */

/* Its fds are not known to us. A process that has gone or is a zombie holds none. */
static bool is_unreadable(const struct process *p)
{
    if (p->is_kernel || process_is_zombie(p) || p->fds_error == ENOENT || p->fds_error == ESRCH)
        return false;
    return p->fds_error != 0 || !p->is_detailed;
}

/* What makes a holder suspicious company: unreadable processes around it. */
struct suspects {
    pid_t *sessions; /* of unreadable processes, ascending */
    size_t n;
    bool *is_above; /* by process: an unreadable one is below it */
};

static int compare_pids(const void *a, const void *b)
{
    const pid_t *p = a, *q = b;
    return (*p > *q) - (*p < *q);
}

static bool is_suspicious(const struct suspects *suspects, const struct snapshot *s, size_t holder)
{
    const struct process *p = &s->processes[holder];
    if (suspects->is_above[holder])
        return true;
    size_t parent = tree_parent_of(s, holder);
    if (parent != TREE_NONE && p->ppid != 1 && is_unreadable(&s->processes[parent]))
        return true;
    return p->session > 0 && suspects->n > 0 &&
           bsearch(&p->session, suspects->sessions, suspects->n, sizeof p->session, compare_pids);
}

static bool has_suspicious(const struct suspects *suspects, const struct snapshot *s,
                           const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_suspicious(suspects, s, ends[i].process))
            return true;
    return false;
}

static void find_suspects(struct suspects *suspects, const struct snapshot *s)
{
    for (size_t i = 0; i < s->n_processes; i++) {
        if (!is_unreadable(&s->processes[i]))
            continue;
        suspects->sessions[suspects->n++] = s->processes[i].session;
        for (size_t at = tree_parent_of(s, i); at != TREE_NONE && !suspects->is_above[at];
             at = tree_parent_of(s, at))
            suspects->is_above[at] = true;
    }
    qsort(suspects->sessions, suspects->n, sizeof *suspects->sessions, compare_pids);
}

static bool is_any_unreadable(const struct snapshot *s, bool is_outside)
{
    for (size_t i = 0; i < s->n_processes; i++)
        if (s->processes[i].is_outside == is_outside && is_unreadable(&s->processes[i]))
            return true;
    return false;
}

/* Its parent is not in this PID namespace: what it holds may have come, shared, from there. */
static bool has_come_in(const struct snapshot *s, const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s->processes[ends[i].process].ppid == 0)
            return true;
    return false;
}

/* In a watched tree all descend from one, which may have made any of the pipes. */
static bool is_all_unknown(const struct snapshot *s)
{
    return s->root_pid != 0 && (s->hidden != 0 || is_any_unreadable(s, false));
}

static int mark_near_suspects(struct pipes *pipes, const struct snapshot *s)
{
    if (!is_any_unreadable(s, false) && !is_any_unreadable(s, true))
        return 0;
    int rc = -ENOMEM;
    struct suspects suspects = {
        .sessions = calloc(s->n_processes, sizeof *suspects.sessions),
        .is_above = calloc(s->n_processes, sizeof *suspects.is_above),
    };
    if (!suspects.sessions || !suspects.is_above)
        goto out;
    find_suspects(&suspects, s);
    for (size_t i = 0; i < pipes->n; i++) {
        struct pipe_lane *lane = &pipes->lanes[i];
        if (has_suspicious(&suspects, s, lane->writers, lane->n_writers) ||
            has_suspicious(&suspects, s, lane->readers, lane->n_readers))
            lane->has_unknown_holder = true;
    }
    rc = 0;
out:
    free(suspects.sessions);
    free(suspects.is_above);
    return rc;
}

int deadlock_mark_unknown_holders(struct pipes *pipes, const struct snapshot *s)
{
    bool is_all = is_all_unknown(s);
    for (size_t i = 0; i < pipes->n; i++) {
        struct pipe_lane *lane = &pipes->lanes[i];
        if (is_all || has_come_in(s, lane->writers, lane->n_writers) ||
            has_come_in(s, lane->readers, lane->n_readers))
            lane->has_unknown_holder = true;
    }
    return mark_near_suspects(pipes, s);
}

/* ---- who can never go on ----------------------------------------------------------------- */

/*
 * The greatest set of processes of which none can go on before another of the set does. It starts
 * with all that are asleep in a read or in a wait; whoever depends on one outside is taken out,
 * until nobody is left to take out. Each process and each lane leaves once: O(processes + ends).
 */
struct stuck {
    const struct snapshot *s;
    const struct wait_tally *tallies;
    struct pipes *pipes;
    struct tree tree;
    size_t *parents;    /* by process; TREE_NONE: a root. No cycles */
    size_t *position;   /* by process: its node in tree */
    size_t *last_below; /* by process: the last node below it, or its own */
    size_t *first_lane; /* by process, n + 1: where its lanes start in lanes */
    size_t *lanes;      /* that it has a write end of */
    size_t *queue;      /* processes taken out, whose dependents are to be looked at */
    size_t n_queued;
    bool *is_in;         /* by process */
    bool *can_have_data; /* by lane: somebody may still write to it, or it is not known */
};

static void stuck_fini(struct stuck *k)
{
    tree_fini(&k->tree);
    free(k->parents);
    free(k->position);
    free(k->last_below);
    free(k->first_lane);
    free(k->lanes);
    free(k->queue);
    free(k->is_in);
    free(k->can_have_data);
}

static int stuck_allocate(struct stuck *k)
{
    size_t n = k->s->n_processes, n_ends = 0, most_readers = 0;
    for (size_t i = 0; i < k->pipes->n; i++) {
        n_ends += k->pipes->lanes[i].n_writers;
        if (k->pipes->lanes[i].n_readers > most_readers)
            most_readers = k->pipes->lanes[i].n_readers;
    }
    k->parents = calloc(n, sizeof *k->parents);
    k->position = calloc(n, sizeof *k->position);
    k->last_below = calloc(n, sizeof *k->last_below);
    k->first_lane = calloc(n + 2, sizeof *k->first_lane);
    k->lanes = calloc(n_ends + 1, sizeof *k->lanes);
    k->queue = calloc((n > most_readers ? n : most_readers) + 1, sizeof *k->queue);
    k->is_in = calloc(n, sizeof *k->is_in);
    k->can_have_data = calloc(k->pipes->n + 1, sizeof *k->can_have_data);
    bool is_complete = k->parents && k->position && k->last_below && k->first_lane && k->lanes &&
                       k->queue && k->is_in && k->can_have_data;
    return is_complete ? 0 : -ENOMEM;
}

/* Number the processes so that those below one are a range. */
static int number_tree(struct stuck *k)
{
    size_t n = k->s->n_processes;
    for (size_t i = 0; i < n; i++)
        k->parents[i] = tree_parent_of(k->s, i);
    int rc = tree_arrange(&k->tree, k->parents, n);
    if (rc < 0)
        return rc;
    for (size_t i = 0; i < n; i++)
        k->position[k->tree.nodes[i].process] = k->last_below[k->tree.nodes[i].process] = i;
    for (size_t i = n; i-- > 0;) {
        size_t process = k->tree.nodes[i].process, parent = k->parents[process];
        if (parent != TREE_NONE && k->last_below[parent] < k->last_below[process])
            k->last_below[parent] = k->last_below[process];
    }
    return 0;
}

/* The lanes by their writers: first_lane[p] .. first_lane[p + 1]. */
static void index_writers(struct stuck *k)
{
    const struct pipes *pipes = k->pipes;
    size_t n = k->s->n_processes;
    for (size_t i = 0; i < pipes->n; i++)
        for (size_t w = 0; w < pipes->lanes[i].n_writers; w++)
            k->first_lane[pipes->lanes[i].writers[w].process + 2]++;
    for (size_t i = 2; i < n + 2; i++)
        k->first_lane[i] += k->first_lane[i - 1];
    for (size_t i = 0; i < pipes->n; i++)
        for (size_t w = 0; w < pipes->lanes[i].n_writers; w++)
            k->lanes[k->first_lane[pipes->lanes[i].writers[w].process + 1]++] = i;
}

static void take_out(struct stuck *k, size_t process)
{
    if (!k->is_in[process])
        return;
    k->is_in[process] = false;
    k->queue[k->n_queued++] = process;
}

static void let_data_come(struct stuck *k, size_t lane)
{
    if (k->can_have_data[lane])
        return;
    k->can_have_data[lane] = true;
    const struct pipe_lane *l = &k->pipes->lanes[lane];
    for (size_t i = 0; i < l->n_readers; i++)
        if (l->readers[i].is_blocked)
            take_out(k, l->readers[i].process);
}

/* All its tasks were seen, and each is asleep in a read of a lane or in a wait for a child. */
static bool may_be_stuck(const struct stuck *k, size_t process, size_t living_children)
{
    const struct process *p = &k->s->processes[process];
    const struct wait_tally *t = &k->tallies[process];
    if (t->tasks == 0 || (int64_t)t->tasks < p->n_threads || t->reading + t->in_wait < t->tasks)
        return false;
    return t->in_wait == 0 || living_children > 0;
}

/* Take out all who can go on, and then those who depend on them. */
static int solve(struct stuck *k)
{
    const struct snapshot *s = k->s;
    size_t *living_children = calloc(s->n_processes, sizeof *living_children);
    if (!living_children)
        return -ENOMEM;
    for (size_t i = 0; i < s->n_processes; i++)
        if (k->parents[i] != TREE_NONE && !process_is_zombie(&s->processes[i]))
            living_children[k->parents[i]]++;
    for (size_t i = 0; i < s->n_processes; i++)
        k->is_in[i] = true; /* zombies stay in: nobody waits for what they still do */
    for (size_t i = 0; i < s->n_processes; i++)
        if (!process_is_zombie(&s->processes[i]) && !may_be_stuck(k, i, living_children[i]))
            take_out(k, i);
    free(living_children);

    for (size_t i = 0; i < k->pipes->n; i++) {
        const struct pipe_lane *lane = &k->pipes->lanes[i];
        bool is_empty = s->channels[lane->channel].fill_bytes == 0;
        if (!is_empty || lane->has_unknown_holder || lane->n_writers == 0)
            let_data_come(k, i);
    }
    for (size_t next = 0; next < k->n_queued; next++) {
        size_t process = k->queue[next], parent = k->parents[process];
        if (parent != TREE_NONE && k->tallies[parent].in_wait > 0)
            take_out(k, parent);
        for (size_t i = k->first_lane[process]; i < k->first_lane[process + 1]; i++)
            let_data_come(k, k->lanes[i]);
    }
    return 0;
}

/* ---- the verdict ------------------------------------------------------------------------- */

static int compare_positions(const void *a, const void *b)
{
    const size_t *p = a, *q = b;
    return (*p > *q) - (*p < *q);
}

/* The first of n ascending positions that is not below `least`; n: none. */
static size_t lower_bound(const size_t *positions, size_t n, size_t least)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (positions[middle] < least)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Is one of the n positions within first .. last? */
static bool has_between(const size_t *positions, size_t n, size_t first, size_t last)
{
    size_t at = lower_bound(positions, n, first);
    return at < n && positions[at] <= last;
}

/* The end to close first, or -1 where somebody has another reason to hold one. */
static int holder_of(const struct stuck *k, const struct pipe_lane *lane)
{
    size_t n =
        0; /* the blocked readers, by their place in the tree: the queue is free to hold them */
    for (size_t i = 0; i < lane->n_readers; i++)
        if (lane->readers[i].is_blocked)
            k->queue[n++] = k->position[lane->readers[i].process];
    qsort(k->queue, n, sizeof *k->queue, compare_positions);

    int own = -1;
    for (size_t i = 0; i < lane->n_writers; i++) {
        size_t process = lane->writers[i].process, at = k->position[process];
        bool is_reader = has_between(k->queue, n, at, at);
        bool is_waiting = k->tallies[process].in_wait > 0 &&
                          has_between(k->queue, n, at + 1, k->last_below[process]);
        if (!is_reader && !is_waiting)
            return -1;
        if (is_reader && own < 0)
            own = (int)i;
    }
    return own >= 0 ? own : 0;
}

static bool has_starved(const struct pipes *pipes)
{
    for (size_t i = 0; i < pipes->n; i++)
        if (pipes->lanes[i].condition == PIPE_STARVED)
            return true;
    return false;
}

int deadlock_find_withheld(struct pipes *pipes, const struct snapshot *s,
                           const struct wait_tally *tallies)
{
    if (!has_starved(pipes))
        return 0;
    struct stuck k = {.s = s, .tallies = tallies, .pipes = pipes};
    int rc = stuck_allocate(&k);
    if (rc == 0)
        rc = number_tree(&k);
    if (rc < 0)
        goto out;
    index_writers(&k);
    rc = solve(&k);
    if (rc < 0)
        goto out;
    for (size_t i = 0; i < pipes->n; i++) {
        struct pipe_lane *lane = &pipes->lanes[i];
        if (lane->condition != PIPE_STARVED || k.can_have_data[i])
            continue;
        lane->holder = holder_of(&k, lane);
        if (lane->holder >= 0)
            lane->condition = PIPE_EOF_WITHHELD;
    }
out:
    stuck_fini(&k);
    return rc;
}
