/*
 * pipes.h - who holds which end of which channel, who is blocked on it, and
 * what follows from that.
 */
#ifndef PROCLAB_MODEL_PIPES_H
#define PROCLAB_MODEL_PIPES_H

#include <stdbool.h>
#include <stddef.h>

struct snapshot;
struct process;
struct channel;

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
    PIPE_EOF_WITHHELD, /* a reader waits for an EOF that cannot come: see holder */
    PIPE_NO_READER,    /* the next write gets SIGPIPE, EPIPE */
    PIPE_NO_WRITER,    /* what is in it is all there will be; then EOF */
};

struct pipe_lane {
    size_t channel; /* index in snapshot.channels */
    int number;     /* 1, 2, ...: the same for a channel as long as it lives (history.h) */
    struct pipe_end *writers;
    size_t n_writers;
    struct pipe_end *readers;
    size_t n_readers;
    enum pipe_condition condition;
    /*
     * PIPE_EOF_WITHHELD: an index in writers, the end to close first (the reader's own, if it has
     * one, for that is the classic mistake). Else -1.
     *
     * The rule: a reader is blocked reading it, its fill is known to be 0, and each holder of a write
     * end is the reader itself, or waits for the reader (is its ancestor, asleep in wait4 or waitid), or is
     * itself blocked reading this channel; and no holder is unknown to us (all fds of all processes that
     * could hold it were readable). Anything else is PIPE_STARVED: it accuses nobody.
     */
    int holder;
};

struct pipes {
    struct pipe_lane *lanes; /* in the snapshot's order of channels */
    size_t n;
};

/* Fill *pipes from s, which it does not keep. 0 or -ENOMEM, *pipes empty then. */
int pipes_init(struct pipes *pipes, const struct snapshot *s);
void pipes_fini(struct pipes *pipes);

/* "flowing", "full", "starved", "EOF withheld", "no reader", "no writer". */
const char *pipe_condition_name(enum pipe_condition condition);

#endif
