/*
 * waits.h - who waits for whom: the processes that could wake one which is asleep.
 *
 * A pipe's reader waits for those who hold a write end, its writer for those who hold a read end;
 * wait4 for the children that live; a zombie for its parent. Who sleeps in anything else waits for
 * what is no process (time, the terminal), or for one that cannot be told (a futex).
 */
#ifndef PROCLAB_MODEL_WAITS_H
#define PROCLAB_MODEL_WAITS_H

#include <stddef.h>
#include <sys/types.h>

struct moment;
struct pipe_lane;
struct process;
struct waiting;

struct waits {
    size_t n;                     /* so many processes could wake it */
    size_t whom;                  /* one of them, index in m->now->processes; TREE_NONE: none */
    const struct pipe_lane *lane; /* by this pipe or socket; NULL: not by one */
};

/* Of a task of p, which m->now holds, that is in `state` (as in struct task) and waits in w. */
struct waits waits_of(const struct moment *m, const struct process *p, char state,
                      const struct waiting *w);

/*
 * The same in a few words: "① sh 4712", "a child of 3", "the terminal", "time"; "" for one
 * that does not wait. At most len bytes, NUL-ended.
 */
void waits_say(const struct moment *m, const struct process *p, char state, const struct waiting *w,
               char *buf, size_t len);

#endif
