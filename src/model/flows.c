#include "model/flows.h"

#include "model/events.h"
#include "model/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What one process moved since the snapshot before, and through what it can have been. */
struct io_delta {
    int64_t read, written;               /* -1: unknown */
    bool has_reaped;                     /* they hold what was left of a dead child's */
    bool has_loaded;                     /* read holds what it read to load a program */
    bool is_sole_reader, is_sole_writer; /* just one thing to read from, to write to: which is */
    uint64_t read_device, read_inode, write_device, write_inode;
};

/* ---- what a process can read from and write to ------------------------------------------- */

static bool starts_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/*
 * By what programs do, not by what they could: nobody writes to standard input or reads from
 * standard output, though a terminal is open for both on all three; and few bytes go to standard
 * error, unless it is a pipe that is watched.
 */
static unsigned usual_access(const struct snapshot *s, const struct fd_entry *fd)
{
    bool is_pipe = fd->kind == FD_PIPE || fd->kind == FD_FIFO || fd->kind == FD_SOCKET;
    if (is_pipe)
        return fd->access ? fd->access : FD_READ | FD_WRITE;
    if (fd->kind == FD_OTHER && starts_with(snapshot_text(s, fd->target_text), "anon_inode:"))
        return 0; /* an epoll, a signalfd: no stream of bytes */
    switch (fd->fd) {
    case 0:
        return fd->access & FD_READ;
    case 1:
        return fd->access & FD_WRITE;
    case 2:
        return 0;
    default:
        return fd->access;
    }
}

/* Count fd as one more stream, unless it is the same as the first. */
static void add_stream(int *n, uint64_t *device, uint64_t *inode, const struct fd_entry *fd)
{
    if (*n == 1 && fd->inode != 0 && fd->inode == *inode && fd->device == *device)
        return;
    *device = fd->device;
    *inode = fd->inode;
    ++*n;
}

static void find_streams(struct io_delta *d, const struct snapshot *s, const struct process *p)
{
    size_t n_fds;
    const struct fd_entry *fds = snapshot_fds(s, p, &n_fds);
    int n_read = 0, n_written = 0;
    for (size_t i = 0; i < n_fds; i++) {
        unsigned access = usual_access(s, &fds[i]);
        if (access & FD_READ)
            add_stream(&n_read, &d->read_device, &d->read_inode, &fds[i]);
        if (access & FD_WRITE)
            add_stream(&n_written, &d->write_device, &d->write_inode, &fds[i]);
    }
    d->is_sole_reader = n_read == 1;
    d->is_sole_writer = n_written == 1;
}

/* ---- what each process moved ------------------------------------------------------------- */

static int64_t difference(int64_t now, int64_t before)
{
    if (now < 0 || before < 0)
        return -1;
    return now > before ? now - before : 0;
}

/* exec reads the program, and the program its libraries: rchar counts that. A child that was only
   forked reads nothing of the kind; it still is what its parent is. */
static bool has_loaded_program(const struct snapshot *before, const struct process *old,
                               const struct snapshot *now, const struct process *p)
{
    if (old)
        return events_has_execed(before, old, now, p);
    const struct process *parent = snapshot_find(now, p->ppid);
    return !parent || events_has_execed(now, parent, now, p);
}

static void measure(struct io_delta *d, const struct snapshot *before, const struct snapshot *now,
                    const struct process *p)
{
    const struct process *old = before ? snapshot_find_same(before, p) : NULL;
    d->has_loaded = before && has_loaded_program(before, old, now, p);
    if (old) {
        d->read = difference(p->read_bytes, old->read_bytes);
        d->written = difference(p->written_bytes, old->written_bytes);
    } else if (before && !p->is_outside) { /* born since: its counts began at 0 */
        d->read = p->read_bytes;
        d->written = p->written_bytes;
    } else { /* it may have moved all that it has before it was first looked at */
        d->read = p->read_bytes < 0 ? -1 : 0;
        d->written = p->written_bytes < 0 ? -1 : 0;
    }
}

static void take_off(int64_t *delta, int64_t childs)
{
    if (childs > 0 && *delta >= childs) /* less: it was reaped by itself (SIGCHLD ignored) */
        *delta -= childs;
}

/* Take from the parents what they got from the children they reaped. */
static void take_off_reaped(struct io_delta *deltas, const struct snapshot *before,
                            const struct snapshot *now)
{
    for (size_t i = 0; i < before->n_processes; i++) {
        const struct process *gone = &before->processes[i];
        if (gone->is_outside || snapshot_find_same(now, gone))
            continue;
        size_t old_parent = tree_parent_of(before, i);
        const struct process *parent =
            old_parent == TREE_NONE ? NULL
                                    : snapshot_find_same(now, &before->processes[old_parent]);
        if (!parent)
            continue;
        struct io_delta *d = &deltas[parent - now->processes];
        take_off(&d->read, gone->read_bytes);
        take_off(&d->written, gone->written_bytes);
        d->has_reaped = true;
    }
}

static struct io_delta *measure_all(const struct snapshot *before, const struct snapshot *now)
{
    struct io_delta *deltas = calloc(now->n_processes ? now->n_processes : 1, sizeof *deltas);
    if (!deltas)
        return NULL;
    for (size_t i = 0; i < now->n_processes; i++) {
        find_streams(&deltas[i], now, &now->processes[i]);
        measure(&deltas[i], before, now, &now->processes[i]);
    }
    if (before)
        take_off_reaped(deltas, before, now);
    return deltas;
}

/* ---- one side of a lane ------------------------------------------------------------------ */

/* Which ends of which channel are looked at. */
struct side_of {
    uint64_t device, inode; /* the end's own: a socketpair's two ends have two */
    bool is_writing;
    const struct pipe_end *ends; /* now */
    size_t n;
    const struct pipe_end *old_ends; /* at the look before */
    size_t n_old;
};

static void add_holder(struct flow_side *side, const struct side_of *of, const struct io_delta *d)
{
    int64_t bytes = of->is_writing ? d->written : d->read;
    bool is_alone =
        of->is_writing
            ? d->is_sole_writer && d->write_device == of->device && d->write_inode == of->inode
            : d->is_sole_reader && d->read_device == of->device && d->read_inode == of->inode;
    if (bytes < 0) {
        side->is_unknown = true;
        return;
    }
    side->bytes += bytes;
    bool is_mixed = d->has_reaped || (!of->is_writing && d->has_loaded);
    if (bytes > 0 && (!is_alone || is_mixed)) /* nothing is nothing, wherever it went */
        side->is_shared = true;
}

/* It held an end, and closed it or is a zombie now: what it moved last may have gone through it. */
static void add_former(struct flow_side *side, const struct side_of *of, const struct io_delta *d,
                       bool is_zombie)
{
    int64_t bytes = of->is_writing ? d->written : d->read;
    if (bytes < 0)
        side->is_lossy = true;
    else
        side->bytes += bytes;
    if (bytes > 0 && (!is_zombie || d->has_reaped))
        side->is_shared = true;
}

static bool is_again(const struct pipe_end *ends, size_t i)
{
    return i > 0 && ends[i].process == ends[i - 1].process;
}

static int compare_end_processes(const void *a, const void *b)
{
    const struct pipe_end *e = a, *f = b;
    return (e->process > f->process) - (e->process < f->process);
}

static bool holds_end(const struct side_of *of, const struct snapshot *now, const struct process *p)
{
    struct pipe_end key = {.process = (size_t)(p - now->processes)};
    return of->n > 0 && bsearch(&key, of->ends, of->n, sizeof key, compare_end_processes);
}

/* It ended, and what it moved last was not seen: unless its parent, which got its counts, is one of
   the holders. */
static bool is_lost(const struct side_of *of, const struct snapshot *before,
                    const struct snapshot *now, size_t gone)
{
    size_t parent = tree_parent_of(before, gone);
    const struct process *p =
        parent == TREE_NONE ? NULL : snapshot_find_same(now, &before->processes[parent]);
    return !p || !holds_end(of, now, p);
}

static void step_side(struct flow_side *side, const struct side_of *of,
                      const struct snapshot *before, const struct snapshot *now,
                      const struct io_delta *deltas)
{
    side->has_holder |= of->n > 0;
    for (size_t i = 0; i < of->n; i++)
        if (!is_again(of->ends, i))
            add_holder(side, of, &deltas[of->ends[i].process]);
    for (size_t i = 0; i < of->n_old; i++) {
        size_t old = of->old_ends[i].process;
        if (is_again(of->old_ends, i))
            continue;
        const struct process *p = snapshot_find_same(now, &before->processes[old]);
        if (!p)
            side->is_lossy |= is_lost(of, before, now, old);
        else if (!holds_end(of, now, p))
            add_former(side, of, &deltas[p - now->processes], process_is_zombie(p));
    }
}

static struct side_of side_of(const struct channel *c, const struct pipe_lane *lane,
                              const struct pipe_lane *old, bool is_writing)
{
    return (struct side_of){
        .device = c->device,
        .inode = is_writing && c->kind == CHANNEL_SOCKETPAIR ? c->peer_inode : c->inode,
        .is_writing = is_writing,
        .ends = is_writing ? lane->writers : lane->readers,
        .n = is_writing ? lane->n_writers : lane->n_readers,
        .old_ends = !old         ? NULL
                    : is_writing ? old->writers
                                 : old->readers,
        .n_old = !old         ? 0
                 : is_writing ? old->n_writers
                              : old->n_readers,
    };
}

/* ---- both sides together ----------------------------------------------------------------- */

static enum obtained side_obtained(const struct flow_side *side)
{
    if (side->is_unknown || !side->has_holder)
        return OBTAINED_UNKNOWN;
    if (!side->is_shared)
        return OBTAINED_ESTIMATE;
    return side->is_lossy ? OBTAINED_UNKNOWN
                          : OBTAINED_BOUND; /* a bound that misses some is none */
}

enum obtained flows_obtained(const struct lane_note *note)
{
    enum obtained in = side_obtained(&note->in), out = side_obtained(&note->out);
    if (in == OBTAINED_ESTIMATE || out == OBTAINED_ESTIMATE)
        return OBTAINED_ESTIMATE;
    return in == OBTAINED_BOUND || out == OBTAINED_BOUND ? OBTAINED_BOUND : OBTAINED_UNKNOWN;
}

/* What went in: as the writers say, or as the readers say with what is still in it. */
static int64_t best_total(const struct lane_note *note, int64_t fill)
{
    enum obtained best = flows_obtained(note);
    bool use_in = side_obtained(&note->in) == best, use_out = side_obtained(&note->out) == best;
    int64_t in = note->in.bytes, out = note->out.bytes + (fill > 0 ? fill : 0);
    if (best == OBTAINED_UNKNOWN)
        return fill > 0 ? fill : 0;
    int64_t total = use_in ? in : out;
    if (use_in && use_out) {
        /* A write that is still blocked is not counted yet, nor what a dead reader read last. */
        bool take_larger = best == OBTAINED_ESTIMATE;
        total = (in > out) == take_larger ? in : out;
    }
    return total > fill ? total : fill;
}

static void step_lane(struct lane_note *note, const struct pipe_lane *lane,
                      const struct flow_frame *before, const struct snapshot *now,
                      const struct io_delta *deltas)
{
    const struct channel *c = &now->channels[lane->channel];
    const struct channel *old =
        before ? snapshot_find_channel(before->s, c->device, c->inode) : NULL;
    const struct pipe_lane *old_lane = NULL;
    if (old) {
        size_t at = (size_t)(old - before->s->channels);
        old_lane = &before->pipes->lanes[at];
        note->in = before->notes[at].in;
        note->out = before->notes[at].out;
        note->total_bytes = before->notes[at].total_bytes;
    } else if (!before && c->fill_bytes > 0) {
        note->in.bytes = c->fill_bytes; /* it went in before anybody looked */
    }
    struct side_of in = side_of(c, lane, old_lane, true), out = side_of(c, lane, old_lane, false);
    step_side(&note->in, &in, before ? before->s : NULL, now, deltas);
    step_side(&note->out, &out, before ? before->s : NULL, now, deltas);
    int64_t total = best_total(note, c->fill_bytes);
    if (total > note->total_bytes)
        note->total_bytes = total;
}

int flows_step(const struct flow_frame *before, const struct flow_frame *now)
{
    struct io_delta *deltas = measure_all(before ? before->s : NULL, now->s);
    if (!deltas)
        return -ENOMEM;
    for (size_t i = 0; i < now->pipes->n; i++)
        step_lane(&now->notes[i], &now->pipes->lanes[i], before, now->s, deltas);
    free(deltas);
    return 0;
}
