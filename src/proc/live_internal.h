/*
 * live_internal.h - what the parts of the live source share; for src/proc/live.c and outside.c
 * alone.
 */
#ifndef PROCLAB_PROC_LIVE_INTERNAL_H
#define PROCLAB_PROC_LIVE_INTERNAL_H

#include "proc/channels.h"
#include "proc/live.h"
#include "proc/maps.h"
#include "proc/track.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define SECOND_NS UINT64_C(1000000000)

struct lifetimes;
struct searched;
struct live_details;

/*
 * The search for outsiders that hold a watched channel: one round a second, in slices. To list
 * everybody's fds costs too much for that. So a process that has neither run since nor got another
 * number of fds is passed over, unless there are new channels to look for; and in one round of ten
 * nobody is, since other threads may have run.
 */
struct outside_search {
    struct searched *seen;
    uint64_t round, births;
    bool is_thorough;
    int *pids;
    size_t cap, n, at;
    bool is_running;
    uint64_t started_ns; /* 0: never */
    int64_t hidden_so_far, hidden;
};

/* The process asked for, its parent, and so many children less two are looked at. */
#define MEMORY_KIN_MOST 8

/* Sums over a whole process cost the more the larger it is: they are read in turns. */
struct memory_sum {
    pid_t pid;
    uint64_t read_ns;
    struct maps_rollup figures;
};

struct live_memory {
    struct memory_sum sums[MEMORY_KIN_MOST];
};

struct live {
    struct source source; /* first: a source's pointer is a live's */
    struct live_options options;
    struct track_context ctx;
    struct channels *channels;
    struct proc_track *tracks; /* all that is remembered, by PID */
    struct proc_track **found; /* of this look */
    size_t n_found, cap_found;
    struct proc_track **before; /* whole system: of the last one, by PID */
    size_t n_before, cap_before, at_before, n_last_found;
    uint64_t look;
    uint64_t last_ns;
    pid_t own_pid;     /* in this /proc; 0: it is a made-up one */
    bool has_children; /* this kernel tells a process's children (CONFIG_PROC_CHILDREN) */
    bool is_hidepid;   /* other users' processes are not even listed */
    int births_file;
    int64_t births; /* at this look; -1: unknown */
    int64_t
        births_listed; /* when /proc was listed last: there is nobody new while they are the same */
    uint64_t listed_ns;
    int *pids;
    size_t cap_pids;
    bool is_kin_changed; /* at this look a member has died: its children have a new parent */
    int64_t unreadable;  /* processes that are there, but whose stat we may not read */
    struct outside_search search;
    struct source_wish wish;
    struct live_memory memory;
    struct lifetimes *lifetimes;  /* where options.lifecycle is */
    struct live_details *details; /* what was read of those asked for; NULL: nobody yet */
    pid_t details_at; /* whole system: whose details were refreshed last in this round; 0: none */
    uint64_t details_started_ns;
};

/* What is remembered of a process; NULL: nothing, or out of memory. Owned by l. */
struct proc_track *live_find_track(struct live *l, pid_t pid);
struct proc_track *live_add_track(struct live *l, pid_t pid, enum track_role role);

/* It is of this look: it will be in the snapshot. 0 or -ENOMEM. */
int live_push_found(struct live *l, struct proc_track *t);

/*
 * Read t's stat. 1: it is there. 0: it is not, or no longer the same one: t has been dropped.
 * -errno: fatal.
 */
int live_look_at(struct live *l, struct proc_track *t);

/* An error that is ours, not the process's (no memory, no fds): it ends the look. */
bool live_is_fatal(int rc);

/* How long what is not needed at each look may take now, for that part of one CPU. */
uint64_t live_spare_ns(const struct live *l, uint64_t now_ns, unsigned percent);

/* ---- memory.c ---- */

/* Append the regions that were asked for to s. 0 or -ENOMEM. */
int memory_write(struct live *l, struct snapshot *s, uint64_t now_ns);

/* ---- detail_live.c ---- */

/* Append the details that were asked for to s. 0, -ENOMEM. */
int details_write(struct live *l, struct snapshot *s);
void details_fini(struct live *l);

/* ---- outside.c ---- */

/* Look at the outsiders known, and push those that are still there to found. 0 or -errno: fatal. */
int outside_look(struct live *l, uint64_t now_ns);

/* Go on with the search for others, and push them likewise. 0 or -errno: fatal. */
int outside_search(struct live *l, uint64_t now_ns);

void outside_fini(struct outside_search *search);

#endif
