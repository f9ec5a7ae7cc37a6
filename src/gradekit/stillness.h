/*
 * stillness.h - does anything of these processes still move?
 *
 * A probe hangs when every task of it is asleep and nothing has moved over several looks. Two looks
 * are the same when no process came or went and no state, switch, CPU time, fault or byte moved: a task that was
 * woken in between has one switch more, so that looking at intervals misses nothing.
 */
#ifndef PROCLAB_GRADEKIT_STILLNESS_H
#define PROCLAB_GRADEKIT_STILLNESS_H

#include <stdbool.h>
#include <stdint.h>

struct snapshot;

struct stillness {
    uint64_t signature; /* of the last look */
    uint64_t since_ns;  /* when that was first seen */
    unsigned looks;     /* how often in a row */
    uint64_t needed_ns; /* how long it takes to be sure */
    bool is_still;      /* all are asleep */
};

void stillness_reset(struct stillness *st);
/* Take a look into account. True: it hangs. */
bool stillness_look(struct stillness *st, const struct snapshot *s);

/*
 * Did its processes wait for a CPU for at least half of the time between these two looks? Then it is the machine
 * that is slow. It cannot go on for ever on its own account: who waits for a CPU gets one, and CPU time is
 * counted. False where it is not known, and if before is NULL.
 */
bool stillness_was_queued(const struct snapshot *before, const struct snapshot *now);

#endif
