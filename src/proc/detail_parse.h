/*
 * detail_parse.h - the /proc files that are read of one process alone, understood. Pure, and by the
 * rules of parse.h.
 */
#ifndef PROCLAB_PROC_DETAIL_PARSE_H
#define PROCLAB_PROC_DETAIL_PARSE_H

#include "model/details.h"
#include "proc/maps.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* proc_pid_status(5): who it is, its signals, what it may do. -1: no such line. */
struct proc_status_ids {
    int64_t uids[ID_COUNT], gids[ID_COUNT]; /* "Uid:", "Gid:" */
    const char *groups;                     /* "Groups:", within the text; NULL: no such line */
    size_t groups_bytes;
    int64_t umask;
    int64_t no_new_privs, seccomp;
    bool has_signals; /* all of "SigPnd:", "ShdPnd:", "SigBlk:", "SigIgn:", "SigCgt:" */
    struct signal_sets signals;
    bool has_capabilities; /* "CapEff:" */
    uint64_t capabilities;
    int64_t rss_anonymous_bytes, rss_file_bytes, rss_shared_bytes; /* "RssAnon:" ... */
    int64_t swapped_bytes, highest_rss_bytes;                      /* "VmSwap:", "VmHWM:" */
};
int parse_status_ids(const char *text, size_t len, struct proc_status_ids *out);

/* proc_pid_limits(5): LIMIT_COUNT rows. */
struct proc_limits {
    struct limit of[LIMIT_COUNT];
};
int parse_limits(const char *text, size_t len, struct proc_limits *out);

/*
 * proc_pid_cgroup(5): the path of the one hierarchy there is now (its number is 0); where there
 * are the old ones alone, that of the first line. Within the text.
 */
struct proc_cgroup {
    const char *path;
    size_t path_bytes;
};
int parse_cgroup(const char *text, size_t len, struct proc_cgroup *out);

/* proc_pid_environ(5), piece by piece: begin with zeros. */
struct environment_count {
    int64_t bytes, variables;
    bool is_inside; /* one has begun */
};
void environment_count_add(struct environment_count *count, const char *bytes, size_t len);

/* What a mapping is. executable: where the link /proc/PID/exe leads to; "": unknown. */
enum map_kind map_kind_of(const struct mapping *m, const char *executable);

#endif
