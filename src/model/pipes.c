#include "model/pipes.h"

#include "model/deadlock.h"
#include "model/snapshot.h"
#include "model/tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* ---- which channels an fd is an end of --------------------------------------------------- */

/* A channel by the inode of one of its ends. */
struct end_key {
    uint64_t device, inode;
    size_t channel;
};

/* Sorted tables: the ends that are read from, and those that are written to. */
struct ends_index {
    struct end_key *in;  /* where data come out: every channel's inode */
    struct end_key *out; /* where data go in: a pipe's inode, a socketpair's peer_inode */
    size_t n;
};

static int compare_keys(const void *a, const void *b)
{
    const struct end_key *k = a, *l = b;
    if (k->device != l->device)
        return k->device < l->device ? -1 : 1;
    if (k->inode != l->inode)
        return k->inode < l->inode ? -1 : 1;
    return 0;
}

static int ends_index_init(struct ends_index *index, const struct snapshot *s)
{
    size_t n = s->n_channels;
    *index = (struct ends_index){0};
    struct end_key *keys = calloc(n ? 2 * n : 1, sizeof *keys);
    if (!keys)
        return -ENOMEM;
    *index = (struct ends_index){.in = keys, .out = keys + n, .n = n};
    for (size_t i = 0; i < n; i++) {
        const struct channel *c = &s->channels[i];
        bool is_pair = c->kind == CHANNEL_SOCKETPAIR;
        index->in[i] = (struct end_key){c->device, c->inode, i};
        index->out[i] = (struct end_key){c->device, is_pair ? c->peer_inode : c->inode, i};
    }
    qsort(index->in, n, sizeof *keys, compare_keys);
    qsort(index->out, n, sizeof *keys, compare_keys);
    return 0;
}

static void ends_index_fini(struct ends_index *index)
{
    free(index->in);
}

static bool is_stream(const struct fd_entry *fd)
{
    return (fd->kind == FD_PIPE || fd->kind == FD_FIFO || fd->kind == FD_SOCKET) && fd->inode != 0;
}

/* The channel that has this fd's inode at its end; TREE_NONE: none. */
static size_t find_end(const struct end_key *keys, size_t n, const struct fd_entry *fd)
{
    if (n == 0 || !is_stream(fd))
        return TREE_NONE;
    struct end_key wanted = {.device = fd->device, .inode = fd->inode};
    const struct end_key *found = bsearch(&wanted, keys, n, sizeof wanted, compare_keys);
    return found ? found->channel : TREE_NONE;
}

/* ---- who is asleep on which end ---------------------------------------------------------- */

static bool is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(name, *names) == 0)
            return true;
    return false;
}

unsigned pipes_waiting_direction(const struct snapshot *s, const struct waiting *w)
{
    static const char *const reading[] = {"read", "readv", "recvfrom", "recvmsg", "recvmmsg", NULL};
    static const char *const writing[] = {"write", "writev", "sendto", "sendmsg", "sendmmsg", NULL};
    if (w->kind == WAIT_PIPE_READ)
        return FD_READ;
    if (w->kind == WAIT_PIPE_WRITE)
        return FD_WRITE;
    if (w->kind != WAIT_SOCKET)
        return 0;
    const char *call = snapshot_text(s, w->syscall_text);
    return is_one_of(call, reading) ? FD_READ : is_one_of(call, writing) ? FD_WRITE : 0;
}

static int compare_fds(const void *a, const void *b)
{
    const struct fd_entry *f = a, *g = b;
    return (f->fd > g->fd) - (f->fd < g->fd);
}

/*
 * The fd on which a wait takes place. Where the kernel does not tell it (another user's process, a
 * set-uid program), it must be the only one that it can be: whether its channel has a lane or not.
 */
static const struct fd_entry *waiting_fd(const struct fd_entry *fds, size_t n,
                                         const struct waiting *w, unsigned direction)
{
    if (w->fd >= 0) {
        struct fd_entry key = {.fd = w->fd};
        return n ? bsearch(&key, fds, n, sizeof key, compare_fds) : NULL;
    }
    const struct fd_entry *only = NULL;
    for (size_t i = 0; i < n; i++) {
        bool could_be = w->kind == WAIT_SOCKET ? fds[i].kind == FD_SOCKET
                                               : fds[i].kind == FD_PIPE || fds[i].kind == FD_FIFO;
        if (!could_be || (fds[i].access != 0 && !(fds[i].access & direction)))
            continue;
        if (only)
            return NULL;
        only = &fds[i];
    }
    return only;
}

static int compare_ends(const void *a, const void *b)
{
    const struct pipe_end *e = a, *f = b;
    if (e->process != f->process)
        return e->process < f->process ? -1 : 1;
    return (e->fd > f->fd) - (e->fd < f->fd);
}

/* Mark the end that w is a wait on; say in the tally what kind of wait it is. */
static void mark_wait(struct pipes *pipes, const struct snapshot *s, const struct ends_index *index,
                      size_t process, const struct waiting *w, struct wait_tally *tally)
{
    tally->tasks++;
    tally->in_wait += w->kind == WAIT_CHILD;
    unsigned direction = pipes_waiting_direction(s, w);
    if (!direction)
        return;
    size_t n;
    const struct fd_entry *fds = snapshot_fds(s, &s->processes[process], &n);
    const struct fd_entry *fd = waiting_fd(fds, n, w, direction);
    if (!fd)
        return;
    size_t channel = find_end(direction == FD_READ ? index->in : index->out, index->n, fd);
    if (channel == TREE_NONE)
        return;
    struct pipe_lane *lane = &pipes->lanes[channel];
    struct pipe_end key = {.process = process, .fd = fd->fd};
    struct pipe_end *ends = direction == FD_READ ? lane->readers : lane->writers;
    size_t n_ends = direction == FD_READ ? lane->n_readers : lane->n_writers;
    struct pipe_end *end = n_ends ? bsearch(&key, ends, n_ends, sizeof key, compare_ends) : NULL;
    if (!end)
        return;
    end->is_blocked = true;
    tally->reading += direction == FD_READ;
}

static void mark_blocked(struct pipes *pipes, const struct snapshot *s,
                         const struct ends_index *index, struct wait_tally *tallies)
{
    for (size_t i = 0; i < s->n_processes; i++) {
        const struct process *p = &s->processes[i];
        size_t n;
        const struct task *tasks = snapshot_tasks(s, p, &n);
        if (process_is_zombie(p))
            continue;
        if (n == 0)
            mark_wait(pipes, s, index, i, &p->waiting, &tallies[i]);
        for (size_t k = 0; k < n; k++)
            mark_wait(pipes, s, index, i, &tasks[k].waiting, &tallies[i]);
    }
}

/* ---- the lanes --------------------------------------------------------------------------- */

/* Call visit for each end of each channel, in the order of processes and fds. */
typedef void visit_end(struct pipes *pipes, const struct snapshot *s, size_t channel,
                       unsigned direction, size_t process, const struct fd_entry *fd);

static void for_each_end(struct pipes *pipes, const struct snapshot *s,
                         const struct ends_index *index, visit_end *visit)
{
    for (size_t i = 0; i < s->n_processes; i++) {
        size_t n;
        const struct fd_entry *fds = snapshot_fds(s, &s->processes[i], &n);
        for (size_t k = 0; k < n; k++) {
            size_t in = find_end(index->in, index->n, &fds[k]);
            size_t out = find_end(index->out, index->n, &fds[k]);
            if (in != TREE_NONE && (fds[k].access & FD_READ))
                visit(pipes, s, in, FD_READ, i, &fds[k]);
            if (out != TREE_NONE && (fds[k].access & FD_WRITE))
                visit(pipes, s, out, FD_WRITE, i, &fds[k]);
            if (in != TREE_NONE && fds[k].access == 0)
                pipes->lanes[in].has_unknown_holder = true;
            if (out != TREE_NONE && fds[k].access == 0)
                pipes->lanes[out].has_unknown_holder = true;
        }
    }
}

static void count_end(struct pipes *pipes, const struct snapshot *s, size_t channel,
                      unsigned direction, size_t process, const struct fd_entry *fd)
{
    (void)s, (void)process, (void)fd;
    if (direction == FD_READ)
        pipes->lanes[channel].n_readers++;
    else
        pipes->lanes[channel].n_writers++;
}

static void fill_end(struct pipes *pipes, const struct snapshot *s, size_t channel,
                     unsigned direction, size_t process, const struct fd_entry *fd)
{
    (void)s;
    struct pipe_lane *lane = &pipes->lanes[channel];
    struct pipe_end end = {.process = process, .fd = fd->fd};
    if (direction == FD_READ)
        lane->readers[lane->n_readers++] = end;
    else
        lane->writers[lane->n_writers++] = end;
}

/* Lanes and all their ends in one block: lanes first. */
static int lay_out(struct pipes *pipes, const struct snapshot *s, const struct ends_index *index)
{
    size_t n_ends = 0;
    for (size_t i = 0; i < pipes->n; i++)
        n_ends += pipes->lanes[i].n_readers + pipes->lanes[i].n_writers;
    size_t lanes_bytes = pipes->n * sizeof *pipes->lanes;
    void *grown = realloc(pipes->lanes, lanes_bytes + (n_ends + 1) * sizeof(struct pipe_end));
    if (!grown)
        return -ENOMEM;
    pipes->lanes = grown;
    struct pipe_end *next = (struct pipe_end *)(void *)((char *)grown + lanes_bytes);
    for (size_t i = 0; i < pipes->n; i++) {
        struct pipe_lane *lane = &pipes->lanes[i];
        lane->writers = next;
        lane->readers = next + lane->n_writers;
        next += lane->n_writers + lane->n_readers;
        lane->n_writers = lane->n_readers = 0;
    }
    for_each_end(pipes, s, index, fill_end);
    return 0;
}

static bool has_blocked(const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].is_blocked)
            return true;
    return false;
}

/* What can be told without asking who waits for whom. */
static enum pipe_condition condition_of(const struct pipe_lane *lane)
{
    if (has_blocked(lane->writers, lane->n_writers))
        return PIPE_FULL;
    if (has_blocked(lane->readers, lane->n_readers))
        return PIPE_STARVED;
    if (lane->has_unknown_holder || lane->n_readers + lane->n_writers == 0)
        return PIPE_FLOWING;
    if (lane->n_readers == 0)
        return PIPE_NO_READER;
    return lane->n_writers == 0 ? PIPE_NO_WRITER : PIPE_FLOWING;
}

static int lanes_new(struct pipes *pipes, const struct snapshot *s, const struct ends_index *index)
{
    pipes->lanes = calloc(s->n_channels, sizeof *pipes->lanes);
    if (!pipes->lanes)
        return -ENOMEM;
    pipes->n = s->n_channels;
    for (size_t i = 0; i < pipes->n; i++) {
        pipes->lanes[i].channel = i;
        pipes->lanes[i].number = (int)i + 1;
        pipes->lanes[i].holder = -1;
    }
    for_each_end(pipes, s, index, count_end);
    return lay_out(pipes, s, index);
}

int pipes_init(struct pipes *pipes, const struct snapshot *s)
{
    *pipes = (struct pipes){0};
    if (s->n_channels == 0)
        return 0;
    struct ends_index index;
    struct wait_tally *tallies = NULL;
    int rc = ends_index_init(&index, s);
    if (rc < 0)
        return rc;
    rc = lanes_new(pipes, s, &index);
    if (rc < 0)
        goto out;
    rc = -ENOMEM;
    tallies = calloc(s->n_processes ? s->n_processes : 1, sizeof *tallies);
    if (!tallies)
        goto out;
    mark_blocked(pipes, s, &index, tallies);
    rc = deadlock_mark_unknown_holders(pipes, s);
    if (rc < 0)
        goto out;
    for (size_t i = 0; i < pipes->n; i++)
        pipes->lanes[i].condition = condition_of(&pipes->lanes[i]);
    rc = deadlock_find_withheld(pipes, s, tallies);
out:
    free(tallies);
    ends_index_fini(&index);
    if (rc < 0)
        pipes_fini(pipes);
    return rc;
}

void pipes_fini(struct pipes *pipes)
{
    free(pipes->lanes);
    *pipes = (struct pipes){0};
}

bool pipe_is_private(const struct pipe_lane *lane)
{
    const struct pipe_end *ends[] = {lane->writers, lane->readers};
    const size_t n[] = {lane->n_writers, lane->n_readers};
    if (n[0] == 0 || n[1] == 0)
        return false;
    for (int side = 0; side < 2; side++)
        for (size_t i = 0; i < n[side]; i++)
            if (ends[side][i].process != lane->writers[0].process)
                return false;
    return true;
}

const char *pipe_condition_name(enum pipe_condition condition)
{
    static const char *const names[] = {
        [PIPE_FLOWING] = "flowing",     [PIPE_FULL] = "full",
        [PIPE_STARVED] = "starved",     [PIPE_EOF_WITHHELD] = "EOF withheld",
        [PIPE_NO_READER] = "no reader", [PIPE_NO_WRITER] = "no writer",
    };
    return names[condition];
}
