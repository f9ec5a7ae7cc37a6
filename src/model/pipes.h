/*
 * pipes.h - who holds which end of which channel, who is blocked on it, and
 * what follows from that.
 */
#ifndef PROCLAB_MODEL_PIPES_H
#define PROCLAB_MODEL_PIPES_H

#include <stdbool.h>
#include <stddef.h>

struct snapshot;
struct waiting;

/* One open end: this fd of this process. */
struct pipe_end {
    size_t process; /* index in snapshot.processes */
    int fd;
    bool is_blocked; /* a task of the process is asleep in a call on this fd */
};

enum pipe_condition {
    PIPE_FLOWING,      /* nothing stands out */
    PIPE_FULL,         /* a writer is asleep in write(2) on it. Never derived from fill and
                          capacity: a pipe blocks a writer whose bytes do not fit in slots */
    PIPE_STARVED,      /* a reader waits: for data, or for the last of the write ends to close */
    PIPE_EOF_WITHHELD, /* a reader waits for an EOF that cannot come: the rule is below */
    PIPE_NO_READER,    /* the next write gets SIGPIPE, EPIPE */
    PIPE_NO_WRITER,    /* what is in it is all there will be; then EOF */
};

struct pipe_lane {
    size_t channel; /* index in snapshot.channels */
    int number;     /* 1, 2, ...: the same for a channel as long as it lives (history.h) */
    struct pipe_end *writers; /* by process, then by fd; as are readers */
    size_t n_writers;
    struct pipe_end *readers;
    size_t n_readers;
    enum pipe_condition condition;
    int holder; /* PIPE_EOF_WITHHELD: an index in writers, the end to close first (the reader's own,
                   if it has one, for that is the classic mistake). Else -1 */
    bool has_unknown_holder; /* somebody that we cannot see could hold an end (deadlock.h) */
};

struct pipes {
    struct pipe_lane *lanes; /* in the snapshot's order of channels */
    size_t n;
};

/*
 * PIPE_EOF_WITHHELD accuses somebody, so it must never hit the innocent. The rule: a reader is
 * blocked reading the channel, its fill is known to be 0, no holder is unknown, and each holder of
 * a write end is, with all of its tasks,
 *   - blocked reading this very channel (the reader itself, or another such one), or
 *   - asleep in wait4 or waitid, and an ancestor of such a reader;
 * and none of them can be woken by a process that is still able to act: one that waits for a child
 * waits, for all we know, for any of its children, and so it is innocent while one of them (but for
 * zombies) runs, sleeps, or reads where somebody may still write. Anything else is PIPE_STARVED: it
 * accuses nobody.
 *
 * PIPE_NO_READER and PIPE_NO_WRITER are said only where no holder is unknown, either.
 */

/* Fill *pipes from s, which it does not keep. 0 or -ENOMEM, *pipes empty then. */
int pipes_init(struct pipes *pipes, const struct snapshot *s);
void pipes_fini(struct pipes *pipes);

/* FD_READ or FD_WRITE (snapshot.h) for a wait on a pipe or socket: which way; 0 for any other. */
unsigned pipes_waiting_direction(const struct snapshot *s, const struct waiting *w);

/* One process holds all its ends: as of a pipe by which it wakes itself. */
bool pipe_is_private(const struct pipe_lane *lane);

/* "flowing", "full", "starved", "EOF withheld", "no reader", "no writer". */
const char *pipe_condition_name(enum pipe_condition condition);

#endif
