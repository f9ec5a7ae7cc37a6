/*
 * maps.h - what a process has mapped: proc_pid_maps(5), and its sums: proc_pid_smaps_rollup(5).
 * The two parsers are pure.
 */
#ifndef PROCLAB_PROC_MAPS_H
#define PROCLAB_PROC_MAPS_H

#include "proc/root.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct mapping {
    uint64_t start, end; /* addresses; end is beyond it */
    bool is_writable, is_shared;
    uint64_t inode;   /* 0: no file's */
    char name[32];    /* "[heap]", a path's beginning; "": anonymous */
    const char *path; /* all of that, within the line: path_bytes, without a NUL */
    size_t path_bytes;
};

/* One line, without its '\n'. 0 or -EINVAL. */
int maps_parse_line(const char *line, size_t len, struct mapping *out);

/*
 * Call each() for every mapping, by ascending address, until it returns other than 0, which is
 * returned. 0; -ESRCH, -EACCES ...; -EINVAL for what is no maps file.
 */
int maps_each(const struct proc_root *root, pid_t pid,
              int (*each)(const struct mapping *mapping, void *arg), void *arg);

/* Bytes; -1: no such line. */
struct maps_rollup {
    int64_t rss_bytes, pss_bytes;
    int64_t private_bytes, shared_bytes; /* clean and dirty together */
};

/* 0; -EINVAL where neither Rss nor Pss is in it. */
int maps_parse_rollup(const char *text, size_t len, struct maps_rollup *out);
/* 0, or -errno: -ENOENT, -ESRCH (it has no memory any more), -EACCES ... */
int maps_read_rollup(struct proc_root *root, pid_t pid, struct maps_rollup *out);

#endif
