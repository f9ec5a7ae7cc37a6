#include "proc/channels.h"

#include "model/snapshot.h"
#include "proc/peek.h"
#include "proc/sockdiag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

/* Above so many questions at a look, all sockets are asked for in one. */
#define MANY_SOCKETS 32

/* What an fd refers to. No padding: it is hashed as bytes. */
struct object {
    uint64_t device, inode;
};

struct pipe_state {
    struct object id;
    enum channel_kind kind;
    char *path; /* a FIFO's */
    uint64_t look;
    bool is_watched, is_active, was_watched;
    struct {
        pid_t pid;
        int fd;
    } readers[2]; /* through whom to look: a second one in case that the first has just closed it */
    int n_readers;
    uint64_t peeked_ns; /* 0: never */
    int64_t capacity_bytes, fill_bytes;
    int fill_error;
    UT_hash_handle hh;
};

struct socket_state {
    uint64_t inode;
    uint64_t device;
    uint64_t look;      /* at which a holder of it was noted */
    uint64_t peer_look; /* at which it was found to be a watched socket's peer */
    bool is_watched, is_active;
    bool is_asked, wants_asking;
    uint64_t asked_ns;
    struct unix_socket seen; /* peer_inode 0: no unix socket, or not connected */
    UT_hash_handle hh;
};

struct channels {
    bool no_peek;
    uint64_t quiet_ns;
    uint64_t look;
    int diag; /* -1: not open (yet); below: it cannot be opened */
    size_t n_watched;
    uint64_t n_births;
    struct pipe_state *pipes;
    struct socket_state *sockets;
};

struct channels *channels_new(bool no_peek, uint64_t quiet_ns)
{
    struct channels *c = calloc(1, sizeof *c);
    if (c) {
        c->no_peek = no_peek;
        c->quiet_ns = quiet_ns;
        c->diag = -1;
    }
    return c;
}

/* The analyzer takes uthash's table for freed with the first element; it is with the last. */
static void pipe_free(struct channels *c, struct pipe_state *p)
{
    HASH_DEL(c->pipes, p); /* NOLINT(clang-analyzer-unix.Malloc) */
    free(p->path);
    free(p);
}

static void socket_free(struct channels *c, struct socket_state *k)
{
    HASH_DEL(c->sockets, k); /* NOLINT(clang-analyzer-unix.Malloc) */
    free(k);
}

static struct pipe_state *find_pipe(const struct channels *c, uint64_t device, uint64_t inode)
{
    struct object id = {device, inode};
    struct pipe_state *p;
    /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): all bytes of id are set */
    HASH_FIND(hh, c->pipes, &id, sizeof id, p);
    return p;
}

void channels_free(struct channels *c)
{
    struct pipe_state *p, *next_pipe;
    struct socket_state *k, *next_socket;
    if (!c)
        return;
    HASH_ITER(hh, c->pipes, p, next_pipe)
    {
        pipe_free(c, p);
    }
    HASH_ITER(hh, c->sockets, k, next_socket)
    {
        socket_free(c, k);
    }
    if (c->diag >= 0)
        close(c->diag);
    free(c);
}

void channels_begin(struct channels *c)
{
    c->look++;
    c->n_watched = 0;
}

/* ---- noting --------------------------------------------------------------- */

static struct pipe_state *pipe_at(struct channels *c, const struct fd_row *row, const char *target)
{
    struct pipe_state *p = find_pipe(c, row->device, row->inode);
    if (p)
        return p;
    p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->id = (struct object){row->device, row->inode};
    p->kind = row->kind == FD_FIFO ? CHANNEL_FIFO : CHANNEL_PIPE;
    p->path = row->kind == FD_FIFO && *target ? strdup(target) : NULL;
    p->capacity_bytes = p->fill_bytes = -1;
    HASH_ADD(hh, c->pipes, id, sizeof p->id, p);
    return p;
}

static struct socket_state *socket_at(struct channels *c, uint64_t inode)
{
    struct socket_state *k;
    HASH_FIND(hh, c->sockets, &inode, sizeof inode, k);
    if (k)
        return k;
    k = calloc(1, sizeof *k);
    if (!k)
        return NULL;
    k->inode = inode;
    HASH_ADD(hh, c->sockets, inode, sizeof k->inode, k);
    return k;
}

static int note_pipe(struct channels *c, pid_t pid, const struct fd_row *row, const char *target,
                     bool is_member, bool is_active)
{
    struct pipe_state *p = pipe_at(c, row, target);
    if (!p)
        return -ENOMEM;
    if (p->look != c->look) {
        p->look = c->look;
        p->is_watched = p->is_active = false;
        p->n_readers = 0;
    }
    if (is_member && !p->is_watched)
        c->n_watched++;
    if (is_member && !p->was_watched)
        c->n_births++;
    p->is_watched |= is_member;
    p->was_watched |= is_member;
    p->is_active |= is_active;
    if (row->access & FD_READ && p->n_readers < 2) {
        p->readers[p->n_readers].pid = pid;
        p->readers[p->n_readers++].fd = row->fd;
    }
    return 0;
}

static int note_socket(struct channels *c, const struct fd_row *row, bool is_member, bool is_active)
{
    struct socket_state *k = socket_at(c, row->inode);
    if (!k)
        return -ENOMEM;
    if (k->look != c->look) {
        k->look = c->look;
        k->device = row->device;
        k->is_watched = k->is_active = false;
    }
    k->is_watched |= is_member;
    k->is_active |= is_active;
    return 0;
}

int channels_note(struct channels *c, pid_t pid, const struct fd_row *row, const char *target,
                  bool is_member, bool is_active)
{
    switch (row->kind) {
    case FD_PIPE:
    case FD_FIFO:
        return note_pipe(c, pid, row, target, is_member, is_active);
    case FD_SOCKET:
        return note_socket(c, row, is_member, is_active);
    case FD_TTY:
    case FD_OTHER:
        break;
    }
    return 0;
}

/* ---- sockets ---------------------------------------------------------------- */

static void take_answer(const struct unix_socket *socket, void *arg)
{
    struct channels *c = arg;
    struct socket_state *k;
    HASH_FIND(hh, c->sockets, &socket->inode, sizeof socket->inode, k);
    if (k)
        k->seen = *socket;
}

/* Ask about all that want asking. Those that do not answer are no unix sockets, or have gone. */
static void ask(struct channels *c, uint64_t now_ns)
{
    struct socket_state *k, *next;
    size_t n = 0;
    bool has_all = false;

    HASH_ITER(hh, c->sockets, k, next)
    {
        n += k->wants_asking;
    }
    if (n > 0 && c->diag == -1)
        c->diag = sockdiag_open();
    HASH_ITER(hh, c->sockets, k, next)
    {
        if (!k->wants_asking)
            continue;
        k->wants_asking = false;
        k->is_asked = true;
        k->asked_ns = now_ns;
        k->seen = (struct unix_socket){.inode = k->inode, .received_bytes = -1};
        if (c->diag >= 0 && n <= MANY_SOCKETS)
            sockdiag_find(c->diag, k->inode, &k->seen);
    }
    has_all = n <= MANY_SOCKETS;
    if (c->diag >= 0 && !has_all)
        sockdiag_each(c->diag, take_answer, c);
}

static bool is_due(const struct channels *c, const struct socket_state *k, uint64_t now_ns)
{
    return !k->is_asked || now_ns - k->asked_ns >= c->quiet_ns ||
           (k->is_active && k->seen.peer_inode != 0);
}

int channels_connect(struct channels *c, uint64_t now_ns)
{
    struct socket_state *k, *next;

    HASH_ITER(hh, c->sockets, k, next)
    {
        k->wants_asking = k->look == c->look && k->is_watched && is_due(c, k, now_ns);
    }
    ask(c, now_ns);
    HASH_ITER(hh, c->sockets, k, next)
    {
        if (k->look != c->look || !k->is_watched || k->seen.peer_inode == 0)
            continue;
        struct socket_state *peer = socket_at(c, k->seen.peer_inode);
        if (!peer)
            return -ENOMEM;
        c->n_births += peer->peer_look == 0;
        peer->peer_look = c->look;
        c->n_watched++;
    }
    return 0;
}

bool channels_is_watched(const struct channels *c, const struct fd_row *row)
{
    const struct pipe_state *p;
    const struct socket_state *k;

    switch (row->kind) {
    case FD_PIPE:
    case FD_FIFO:
        p = find_pipe(c, row->device, row->inode);
        return p && p->look == c->look && p->is_watched;
    case FD_SOCKET:
        HASH_FIND(hh, c->sockets, &row->inode, sizeof row->inode, k);
        /* A connected one that a member holds, or the peer of such a one. */
        return k && (k->peer_look == c->look ||
                     (k->look == c->look && k->is_watched && k->seen.peer_inode != 0));
    case FD_TTY:
    case FD_OTHER:
        break;
    }
    return false;
}

bool channels_is_any_watched(const struct channels *c)
{
    return c->n_watched > 0;
}

uint64_t channels_count_births(const struct channels *c)
{
    return c->n_births;
}

/* ---- how full ---------------------------------------------------------------- */

static void measure_pipe(struct channels *c, const struct proc_root *root, struct pipe_state *p,
                         uint64_t now_ns)
{
    if (c->no_peek) {
        p->fill_error = ECANCELED;
        return;
    }
    if (p->peeked_ns != 0 && !p->is_active && p->fill_error == 0 && p->n_readers > 0 &&
        now_ns - p->peeked_ns < c->quiet_ns)
        return;
    int rc = -EPIPE; /* nobody reads it: to look would be to become its reader */
    for (int i = 0; i < p->n_readers && rc < 0; i++)
        rc = pipe_peek(root, p->readers[i].pid, p->readers[i].fd, p->id.device, p->id.inode,
                       &p->capacity_bytes, &p->fill_bytes);
    p->fill_error = -rc;
    if (rc < 0)
        p->fill_bytes = -1;
    p->peeked_ns = now_ns;
}

void channels_measure(struct channels *c, const struct proc_root *root, uint64_t now_ns)
{
    struct pipe_state *p, *next_pipe;
    struct socket_state *k, *next;

    HASH_ITER(hh, c->pipes, p, next_pipe)
    {
        if (p->look == c->look && p->is_watched)
            measure_pipe(c, root, p, now_ns);
    }
    /* Peers that outsiders hold: they were not yet asked about. */
    HASH_ITER(hh, c->sockets, k, next)
    {
        k->wants_asking =
            k->look == c->look && k->peer_look == c->look && !k->is_watched && is_due(c, k, now_ns);
    }
    ask(c, now_ns);
}

/* ---- into a snapshot ----------------------------------------------------------- */

static int write_pipe(const struct pipe_state *p, struct snapshot *s)
{
    struct channel *to = snapshot_add_channel(s, p->kind, p->id.device, p->id.inode);
    if (!to)
        return -ENOMEM;
    to->capacity_bytes = p->capacity_bytes;
    to->fill_bytes = p->fill_bytes;
    to->fill_error = p->fill_error;
    to->path_text = p->path ? snapshot_add_text(s, p->path, strlen(p->path)) : 0;
    return 0;
}

/* One direction: towards k. Only if the other end is known to be held, too. */
static int write_socket(const struct channels *c, const struct socket_state *k, struct snapshot *s)
{
    const struct socket_state *peer = NULL;
    uint64_t peer_inode = k->seen.peer_inode;

    HASH_FIND(hh, c->sockets, &peer_inode, sizeof peer_inode, peer);
    if (peer_inode == 0 || !peer || peer->look != c->look || !(k->is_watched || peer->is_watched))
        return 0;
    struct channel *to = snapshot_add_channel(s, CHANNEL_SOCKETPAIR, k->device, k->inode);
    if (!to)
        return -ENOMEM;
    to->peer_inode = peer_inode;
    to->fill_bytes = k->seen.received_bytes;
    to->fill_error = k->seen.received_bytes < 0 ? ENOTSUP : 0;
    return 0;
}

int channels_write(struct channels *c, struct snapshot *s)
{
    struct pipe_state *p, *next_pipe;
    struct socket_state *k, *next;
    int rc = 0;

    HASH_ITER(hh, c->pipes, p, next_pipe)
    {
        if (p->look != c->look)
            pipe_free(c, p);
        else if (rc == 0 && p->is_watched)
            rc = write_pipe(p, s);
    }
    HASH_ITER(hh, c->sockets, k, next)
    {
        if (rc == 0 && k->look == c->look)
            rc = write_socket(c, k, s);
    }
    HASH_ITER(hh, c->sockets, k, next)
    {
        if (k->look != c->look && k->peer_look != c->look)
            socket_free(c, k);
    }
    return rc;
}
