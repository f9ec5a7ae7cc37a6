/*
 * live.h - the live /proc as a source of snapshots.
 */
#ifndef PROCLAB_PROC_LIVE_H
#define PROCLAB_PROC_LIVE_H

#include "model/source.h"

#include <stdbool.h>
#include <sys/types.h>

struct live_options {
    const char *proc_root; /* NULL: "/proc" */
    pid_t root_pid;        /* this process and its descendants; 0: the whole system */
    bool is_supervisor; /* root_pid is proclab's own supervisor: its descendants, without itself */
    bool no_peek;       /* never open a read end to see its fill */
    bool threads;       /* read the tasks of every detailed process even where it has one only */
    bool all_details;   /* whole system: fds and io of every process that may be read (snapshot) */
};

/*
 * 0 and *source, or -errno: -ESRCH no such process, -EACCES ... . With root_pid and all_details false, processes
 * beyond the watched tree that hold one of its channels are looked for once a second and come as is_outside.
 */
int live_open(const struct live_options *options, struct source **source);

#endif
