/*
 * lifetimes.h - from what the kernel tells of tasks (lifecycle.h) to what happened to processes.
 *
 * Knows which processes belong to the tree, counts the tasks of each (a process ends with its last
 * one), finds their wait statuses where somebody saw them, and mends by what /proc shows where
 * records were lost. No I/O: records and a snapshot in, events out.
 */
#ifndef PROCLAB_PROC_LIFETIMES_H
#define PROCLAB_PROC_LIFETIMES_H

#include "proc/lifecycle.h"

struct lifetimes;

/*
 * root: whose descendants count; 0: everybody. is_running: they were there before the kernel was
 * listened to, so that those whom the first snapshot shows are taken as they are. NULL: out of
 * memory.
 */
struct lifetimes *lifetimes_new(pid_t root, enum events_from from, bool is_running);
void lifetimes_free(struct lifetimes *lt);

/* Somebody reaped pid at that time (CLOCK_BOOTTIME) and got this wait status. */
void lifetimes_note_status(struct lifetimes *lt, pid_t pid, int wait_status, uint64_t time_ns);

/*
 * Records in the order of time, none later than s->time_ns, become events of s, whose processes
 * have been filled in (and sorted) after that time; s->obtained and s->events_from are set.
 *
 * is_ending: is this process, which s shows alive, at its end (PF_EXITING)? perf lets go of a
 * process that executes a set-uid program, and tells that as its end: if it is neither gone nor
 * ending, it lives on unobserved, it and its children are seen by polling, and s is sampled until
 * they have ended. 0 or -ENOMEM.
 */
int lifetimes_apply(struct lifetimes *lt, const struct lifecycle_record *records, size_t n,
                    struct snapshot *s, bool (*is_ending)(void *arg, pid_t pid), void *arg);

#endif
