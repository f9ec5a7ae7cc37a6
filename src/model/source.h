/*
 * source.h - where snapshots come from: a live /proc, a recording.
 *
 * Whoever draws or writes takes snapshots through this interface and cannot
 * tell the sources apart, but for the label (snapshot.obtained) they carry.
 */
#ifndef PROCLAB_MODEL_SOURCE_H
#define PROCLAB_MODEL_SOURCE_H

struct snapshot;
struct source;

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
};

/* Embedded as first member by each kind of source. */
struct source {
    const struct source_ops *ops;
};

static inline int source_next(struct source *source, struct snapshot **out)
{
    return source->ops->next(source, out);
}

static inline void source_free(struct source *source)
{
    if (source)
        source->ops->free(source);
}

#endif
