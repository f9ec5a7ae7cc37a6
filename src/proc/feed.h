/*
 * feed.h - what the kernel tells of forks, execs and exits, as records: one interface, a file for
 * each way to be told. For lifecycle.c alone.
 */
#ifndef PROCLAB_PROC_FEED_H
#define PROCLAB_PROC_FEED_H

#include "proc/lifecycle.h"

struct feed;

/* Where a feed puts its records. False: there is no room, the record is lost (and counted). */
struct feed_sink {
    void (*put)(struct feed_sink *sink, const struct lifecycle_record *record);
};

struct feed_ops {
    /* Put all that is there. Never waits. */
    void (*drain)(struct feed *feed, struct feed_sink *sink);
    void (*free)(struct feed *feed);
    enum events_from from;
};

struct feed {
    const struct feed_ops *ops;
    int fd; /* readable: there is something to drain; -1: none says so */
    /* After a drain, how long records may gather before the next: each waking of the listener takes
       time from what is watched. 0, with no fd either: they wait until somebody asks for them. */
    int gather_ms;
};

/* Of all that descends from root, from now on. 0 or -errno. */
int feed_perf_open(pid_t root, struct feed **feed);
/* Of everybody. 0 or -errno; -ECHRNG where the kernel accepts it and says nothing (a namespace). */
int feed_connector_open(struct feed **feed);
/*
 * Of all that descends from root, which has no children yet. To be freed when root and all of them
 * have ended. 0 or -errno.
 */
int feed_ptrace_open(pid_t root, struct feed **feed);

#endif
