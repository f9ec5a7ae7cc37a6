/*
 * descent.h - all descendants of a process, from /proc.
 *
 * Nothing here allocates or takes a lock: it also runs in the supervisor,
 * which was forked from a program that may have had other threads, where only what
 * signal-safety(7) lists is safe.
 */
#ifndef PROCLAB_RUN_DESCENT_H
#define PROCLAB_RUN_DESCENT_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Where a walk keeps what it found: parents before their children, the root itself not among them.
 */
struct descent {
    pid_t *pids;
    size_t n, capacity;
};

/*
 * Room for as many processes as a machine of today can have; the kernel provides the pages as they
 * are used. 0, or -errno. Ended by descent_fini().
 */
int descent_init(struct descent *d);
void descent_fini(struct descent *d);

/*
 * Find the descendants of root. visit (may be NULL) is called for each when it is found, before its
 * own children are looked for: who stops it there can be sure that it makes no more of them.
 * 0, or -errno when /proc cannot be read. Processes that come, go or change parents meanwhile may
 * be missed: repeat until nothing new is found. From proc_pid_task(5) task/TID/children; on a
 * kernel without CONFIG_PROC_CHILDREN from proc_pid_stat(5) of all processes.
 */
int descent_walk(struct descent *d, pid_t root, void (*visit)(pid_t pid, void *arg), void *arg);
/* The second way alone. */
int descent_walk_by_parent(struct descent *d, pid_t root, void (*visit)(pid_t pid, void *arg),
                           void *arg);

/* proc_pid_stat(5), fields 3, 4 and 5. */
struct descent_stat {
    char state;
    pid_t ppid, pgrp;
};

/* 0, or -errno; -ENOENT and -ESRCH when there is no such process (any more). */
int descent_read_stat(pid_t pid, struct descent_stat *stat);
/* Any process of this group, its leader if that is still there; 0: none. */
pid_t descent_find_group_member(pid_t pgrp);
/* Open proc_pid_fdinfo(5) of one fd for reading: an fd, or -errno. */
int descent_open_fdinfo(pid_t pid, int fd);

#endif
