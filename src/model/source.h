/*
 * source.h - where snapshots come from: a live /proc, a recording.
 *
 * Whoever draws or writes takes snapshots through this interface and cannot
 * tell the sources apart, but for the label (snapshot.obtained) they carry.
 */
#ifndef PROCLAB_MODEL_SOURCE_H
#define PROCLAB_MODEL_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct snapshot;
struct source;

/* What is read only while somebody looks at it. */
struct source_wish {
    pid_t memory_pid; /* the pages of this process and its kin (snapshot.regions); 0: nobody's */
    uint64_t region_start, region_bytes; /* where in its memory; bytes 0: the source chooses */
    pid_t detail_pid;                    /* this process closely (snapshot.details); 0: nobody */
    bool all_details; /* instead: everybody of the tree, of a large one the first 64 */
};

struct source_ops {
    /*
     * Take the next snapshot into *out, which the caller then owns. 0, or
     * -errno; -ENODATA when there will be no more (the recording has ended);
     * -EAGAIN when there is none yet (a recording that is still being
     * written), which the very first look does not say: it waits.
     * That the watched process has gone is no error: the snapshot is empty.
     */
    int (*next)(struct source *source, struct snapshot **out);
    void (*free)(struct source *source);
    /* From the next snapshot on. NULL: it cannot be asked (a recording has what it has). */
    void (*want)(struct source *source, const struct source_wish *wish);
};

/* Embedded as first member by each kind of source. */
struct source {
    const struct source_ops *ops;
};

static inline int source_next(struct source *source, struct snapshot **out)
{
    return source->ops->next(source, out);
}

static inline void source_want(struct source *source, const struct source_wish *wish)
{
    if (source->ops->want)
        source->ops->want(source, wish);
}

static inline void source_free(struct source *source)
{
    if (source)
        source->ops->free(source);
}

#endif
