/*
 * deadlock.h - which processes can never go on by themselves. A part of pipes.c: it judges the
 * lanes whose ends and blocked marks are filled in already.
 */
#ifndef PROCLAB_MODEL_DEADLOCK_H
#define PROCLAB_MODEL_DEADLOCK_H

#include <stddef.h>

struct pipes;
struct snapshot;

/* What the tasks of one process are asleep in. One that was not seen counts in no field. */
struct wait_tally {
    size_t tasks;   /* seen */
    size_t reading; /* asleep in a read of a lane, known which */
    size_t in_wait; /* asleep in wait4 or waitid */
};

/*
 * Set has_unknown_holder of the lanes that a process could hold whose fds we could not list. An
 * anonymous pipe is handed on by fork alone (but for SCM_RIGHTS), so "could" means:
 *
 *   - in the watched tree, any such process in it, and any that snapshot.hidden counts (there,
 *     those of the members' sessions) or cannot count (hidepid);
 *   - in the whole system, and of those outside the tree, one in the session of a known holder, its
 *     parent (not PID 1), or one below it: a set-uid child, an sshd. The many daemons of other
 *     users are no suspects;
 *   - where a known holder's parent is PID 0, one in another PID namespace: a container's first
 *     process has its standard streams from there.
 *
 * Who opened a FIFO by its path, and whose fds we may not list, cannot be seen. 0 or -ENOMEM.
 */
int deadlock_mark_unknown_holders(struct pipes *pipes, const struct snapshot *s);

/* Turn PIPE_STARVED into PIPE_EOF_WITHHELD, with its holder, where pipes.h's rule says so. tallies:
   one a process. 0 or -ENOMEM. */
int deadlock_find_withheld(struct pipes *pipes, const struct snapshot *s,
                           const struct wait_tally *tallies);

#endif
