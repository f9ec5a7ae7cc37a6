/*
 * detail.h - one process closely, for whoever looks at it: read from its /proc files, and kept from
 * look to look, since what changes seldom is read seldom.
 *
 * What is in its environment is never kept nor shown: it may hold secrets.
 */
#ifndef PROCLAB_PROC_DETAIL_H
#define PROCLAB_PROC_DETAIL_H

#include "model/details.h"
#include "proc/parse.h"
#include "proc/root.h"

struct snapshot;

/* Begin with zeros. */
struct detail_reading {
    struct details figures; /* pid 0: nothing was read; its texts are these: */
    char *groups, *executable, *folder, *cgroup;
    uint64_t start_ticks, start_stack, arg_start; /* of the program that it runs */
    uint64_t due_ns;                              /* when to read again what changes seldom */
};

/*
 * Read what is due of the process whose stat was just read; now_ns: any clock that does not stop.
 * What cannot be read is in the figures' errors. 0 or -ENOMEM.
 */
int detail_read(struct proc_root *root, const struct proc_stat *stat, uint64_t now_ns,
                struct detail_reading *reading);
/* Append what was read to s. 0 or -ENOMEM. */
int detail_write(const struct detail_reading *reading, struct snapshot *s);
void detail_fini(struct detail_reading *reading);

#endif
