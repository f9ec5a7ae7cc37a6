#include "model/explain_lanes.h"

#include "model/say.h"

#include <stdio.h>

/* Shorter sleeps on a pipe through which data flow are its working, not worth a sentence. */
#define STUCK_NS UINT64_C(100000000)

static bool is_below(const struct snapshot *s, size_t process, size_t above)
{
    size_t steps = 0; /* a corrupt recording may hold a cycle */
    while (process != above && process != TREE_NONE && steps++ < s->n_processes)
        process = tree_parent_of(s, process);
    return process == above;
}

/* The blocked end that the holder waits for: its own, or else one of a process below it. */
static const struct pipe_end *reader_of(const struct teller *t, const struct pipe_lane *lane,
                                        size_t holder)
{
    for (size_t i = 0; i < lane->n_readers; i++)
        if (lane->readers[i].is_blocked && lane->readers[i].process == holder)
            return &lane->readers[i];
    for (size_t i = 0; i < lane->n_readers; i++)
        if (lane->readers[i].is_blocked && is_below(t->s, lane->readers[i].process, holder))
            return &lane->readers[i];
    return say_first_blocked(lane->readers, lane->n_readers);
}

static void tell_withheld(struct teller *t, const struct pipe_lane *lane)
{
    const struct pipe_end *holder = &lane->writers[lane->holder];
    const struct pipe_end *reader = reader_of(t, lane, holder->process);
    bool is_fifo = t->s->channels[lane->channel].kind == CHANNEL_FIFO;
    bool is_own = reader->process == holder->process;

    fputs("EOF is withheld: ", t->out);
    say_index(t, holder->process);
    fputs(" still holds a write end of ", t->out);
    say_lane(t, lane);
    fprintf(t->out, ", fd %d, while it ", holder->fd);
    if (is_own) {
        fputs("is itself blocked in ", t->out);
    } else {
        fputs("waits for ", t->out);
        say_index(t, reader->process);
        fputs(", which is blocked in ", t->out);
    }
    say_call(t, reader, FD_READ);
    fprintf(t->out, " on it. What is missing is close(%d) in ", holder->fd);
    say_index(t, holder->process);
    fputs(is_fifo ? ".\n" : " after fork.\n", t->out);

    size_t others = say_count_holders(lane->writers, lane->n_writers) - 1;
    if (others > 0) {
        fputs(others == 1 ? "Another write end of " : "Other write ends of ", t->out);
        say_lane(t, lane);
        fputs(others == 1 ? " is held by " : " are held by ", t->out);
        say_holders(t, lane->writers, lane->n_writers, holder->process, false);
        fputs(".\n", t->out);
    }
    say_mark_said(t, lane->readers, lane->n_readers);
    t->about[holder->process].is_said = true;
}

/* Is every read end held by the blocked writer alone, which has no other thread to read with? */
static bool writes_to_itself(const struct teller *t, const struct pipe_lane *lane, size_t writer)
{
    for (size_t i = 0; i < lane->n_readers; i++)
        if (lane->readers[i].process != writer)
            return false;
    return lane->n_readers > 0 && !lane->has_unknown_holder &&
           t->s->processes[writer].n_threads <= 1;
}

static void tell_full(struct teller *t, const struct pipe_lane *lane)
{
    const struct channel *c = &t->s->channels[lane->channel];
    size_t writer = say_first_blocked(lane->writers, lane->n_writers)->process;
    bool is_brim_full = c->fill_bytes >= 0 && c->fill_bytes == c->capacity_bytes;
    say_blocked(t, lane->writers, lane->n_writers, FD_WRITE);
    fputs(": ", t->out);
    say_lane(t, lane);
    fputs(is_brim_full ? " is full" : " has no room", t->out);
    say_fill(t, c);
    if (writes_to_itself(t, lane, writer)) {
        fputs(". Nobody but ", t->out);
        say_index(t, writer);
        fputs(" itself holds a read end: nobody will make room.\n", t->out);
        return;
    }
    size_t n_writers = say_count_blocked(lane->writers, lane->n_writers);
    fprintf(t->out, ". %s on when a reader makes room; ", n_writers == 1 ? "It goes" : "They go");
    if (lane->n_readers == 0) {
        fputs("who holds the read end cannot be seen.\n", t->out);
    } else if (say_count_holders(lane->readers, lane->n_readers) == 1) {
        say_index(t, lane->readers[0].process);
        fputs(", which holds the read end", t->out);
        say_fds(t, lane->readers, lane->n_readers, 0);
        fputs(", ", t->out);
        say_doing(t, lane->readers[0].process);
        fputs(".\n", t->out);
    } else {
        fputs("read ends: ", t->out);
        say_holders(t, lane->readers, lane->n_readers, TREE_NONE, true);
        fputs(".\n", t->out);
    }
}

static void tell_starved(struct teller *t, const struct pipe_lane *lane)
{
    const struct channel *c = &t->s->channels[lane->channel];
    say_blocked(t, lane->readers, lane->n_readers, FD_READ);
    fputs(c->fill_bytes == 0 ? ": " : " on ", t->out);
    say_lane(t, lane);
    fputs(c->fill_bytes == 0 ? " is empty. " : ". ", t->out);
    fputs(say_count_blocked(lane->readers, lane->n_readers) == 1 ? "It waits" : "They wait",
          t->out);
    if (lane->n_writers == 0) {
        fputs(" for data, or for EOF; who holds the write end cannot be seen.\n", t->out);
        return;
    }
    if (lane->n_writers == 1)
        fputs(" for data, or for the write end to close: ", t->out);
    else
        fprintf(t->out, " for data, or for the last of %zu write ends to close: ", lane->n_writers);
    say_holders(t, lane->writers, lane->n_writers, TREE_NONE, true);
    fputs(lane->has_unknown_holder ? "; there may be others, which we may not see.\n" : ".\n",
          t->out);
}

static void tell_no_reader(struct teller *t, const struct pipe_lane *lane)
{
    fputs("No read end of ", t->out);
    say_lane(t, lane);
    fputs(" is open any more. The next write to it raises SIGPIPE, and fails with EPIPE where that "
          "is ignored or caught. Write ends: ",
          t->out);
    say_holders(t, lane->writers, lane->n_writers, TREE_NONE, true);
    fputs(".\n", t->out);
}

static void tell_no_writer(struct teller *t, const struct pipe_lane *lane)
{
    const struct channel *c = &t->s->channels[lane->channel];
    fputs("Every write end of ", t->out);
    say_lane(t, lane);
    fputs(" is closed: ", t->out);
    if (c->fill_bytes > 0) {
        fputs("what is in it (", t->out);
        say_bytes(t->out, c->fill_bytes);
        fprintf(t->out, " byte%s) can still be read, then comes EOF",
                c->fill_bytes == 1 ? "" : "s");
    } else if (c->fill_bytes == 0) {
        fputs("the next read gets EOF", t->out);
    } else {
        fputs("what is in it can still be read, then comes EOF", t->out);
    }
    fputs(". Read ends: ", t->out);
    say_holders(t, lane->readers, lane->n_readers, TREE_NONE, true);
    fputs(".\n", t->out);
}

static void tell_flow(struct teller *t, const struct pipe_lane *lane)
{
    fputs("Data flow through ", t->out);
    say_lane(t, lane);
    if (lane->n_writers > 0) {
        fputs(" from ", t->out);
        say_holders(t, lane->writers, lane->n_writers, TREE_NONE, false);
    }
    if (lane->n_readers > 0) {
        fputs(" to ", t->out);
        say_holders(t, lane->readers, lane->n_readers, TREE_NONE, false);
    }
    fputs(".\n", t->out);
    say_mark_said(t, lane->writers, lane->n_writers);
    say_mark_said(t, lane->readers, lane->n_readers);
}

/*
 * A pipe in use has its writer or its reader asleep at every other look. It has a sentence of its
 * own, which does not change with every look.
 */
static bool is_at_work(const struct moment *m, size_t lane)
{
    enum pipe_condition condition = m->pipes.lanes[lane].condition;
    bool can_be = condition == PIPE_FLOWING || condition == PIPE_FULL || condition == PIPE_STARVED;
    return can_be && m->flows[lane].bytes_per_s > 0 && m->flows[lane].stuck_ns < STUCK_NS;
}

typedef void tell_lane(struct teller *t, const struct pipe_lane *lane);

static const struct {
    tell_lane *tell;
    const char *more; /* what the rest are counted as */
} tellings[] = {
    [PIPE_FLOWING] = {tell_flow, "data flow"},
    [PIPE_FULL] = {tell_full, "a writer is blocked"},
    [PIPE_STARVED] = {tell_starved, "a reader waits for data or for EOF"},
    [PIPE_EOF_WITHHELD] = {tell_withheld, "EOF is withheld"},
    [PIPE_NO_READER] = {tell_no_reader, "no read end is open any more"},
    [PIPE_NO_WRITER] = {tell_no_writer, "every write end is closed"},
};

void explain_lanes(struct teller *t, enum pipe_condition condition)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->pipes.n; i++) {
        const struct pipe_lane *lane = &t->m->pipes.lanes[i];
        bool is_wanted = condition == PIPE_FLOWING
                             ? is_at_work(t->m, i) && !pipe_is_private(lane)
                             : lane->condition == condition && !is_at_work(t->m, i);
        if (is_wanted && n++ < MOST_OF_A_KIND)
            tellings[condition].tell(t, lane);
    }
    if (n > MOST_OF_A_KIND)
        fprintf(t->out, "(%zu more: %s)\n", n - MOST_OF_A_KIND, tellings[condition].more);
}
