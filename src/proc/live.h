/*
 * live.h - the live /proc as a source of snapshots.
 */
#ifndef PROCLAB_PROC_LIVE_H
#define PROCLAB_PROC_LIVE_H

#include "model/source.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct lifecycle;

/* An end of a process that somebody saw who reaped it. */
struct live_reaped {
    pid_t pid;
    int wait_status;
    uint64_t time_ns; /* CLOCK_BOOTTIME */
};

struct live_options {
    const char *proc_root; /* NULL: "/proc" */
    pid_t root_pid;        /* this process and its descendants; 0: the whole system */
    bool is_supervisor; /* root_pid is proclab's own supervisor: its descendants, without itself */
    bool no_peek;       /* never open a read end to see its fill */
    bool all_details;   /* whole system: fds and io of every process that may be read (snapshot) */
    bool no_details;    /* whole system: none of them, ever */
    bool no_outside;    /* a tree: do not look for outside holders of its channels */
    struct lifecycle *lifecycle; /* borrowed: births, execs and deaths are exact; NULL: they are
                                    derived from one snapshot to the next */
    /* The next that our supervisor has reaped; false: there is none. NULL: nobody tells. */
    bool (*next_reaped)(void *arg, struct live_reaped *reaped);
    void *reaped_arg;
    int64_t
        births_before; /* is_supervisor: live_births() from before the program; 0, -1: unknown */
};

/* Forks since boot on the whole machine, proc_stat(5) "processes"; -1: unknown. */
int64_t live_births(void);

/*
 * 0 and *source, or -errno: -ESRCH no such process, -EACCES ... .
 *
 * A tree: each snapshot has the root's descendants with all details, and who once was one stays in
 * it when its parent dies. Processes beyond it that hold one of its channels are looked for once a
 * second and come as is_outside, with those fds alone. snapshot.hidden counts the members whose fds
 * may not be listed, and the processes of a member's session that we may not look into: each of
 * them may hold an end that is not shown.
 *
 * A process of the tree that has not been on a CPU since the last snapshot is not read again, but
 * for one look in a fifth of a second (more seldom in a tree above 500), or when its parent dies.
 *
 * The whole system: each snapshot has the plain figures of all processes; details and channels are
 * refreshed in turn, each process at most once a second, within 2 % of one CPU. hidden counts those
 * whose fds may not be listed.
 *
 * Many processes: the soft RLIMIT_NOFILE is raised to the hard one when it is in the way.
 */
int live_open(const struct live_options *options, struct source **source);

#endif
