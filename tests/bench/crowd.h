/*
 * crowd.h - processes to look at: idle ones in any number, and a small busy tree.
 */
#ifndef PROCLAB_BENCH_CROWD_H
#define PROCLAB_BENCH_CROWD_H

#include <stddef.h>
#include <sys/types.h>

/*
 * A process that has n idle children. It and they end with the caller at the latest. Returns its
 * PID, or -errno; *made: how many children there are, fewer if fork failed, with the errno in *why
 * (0: none failed).
 */
pid_t crowd_start(size_t n, size_t *made, int *why);

/*
 * A process with nine children: two pairs of a writer (a small write every 10 ms) and a reader,
 * five idle ones. Its PID, or -errno.
 */
pid_t crowd_start_busy_tree(void);

/* End it with all its children; when this returns all are reaped. */
void crowd_end(pid_t pid);

#endif
