/*
 * capabilities.h - what this machine lets proclab see, found out by trying each thing for real,
 * never by reading a setting alone.
 *
 * Each trial is made on ourselves, or on a child that is made for it and is ended and reaped before
 * the call returns.
 */
#ifndef PROCLAB_PROC_CAPABILITIES_H
#define PROCLAB_PROC_CAPABILITIES_H

#include <stdbool.h>
#include <stddef.h>

struct capability {
    const char *name;    /* "context switches"; static */
    bool ok;             /* it was tried and worked */
    char detail[160];    /* what was seen: "EACCES Permission denied", "soft 1024, hard 1048576" */
    const char *meaning; /* for what is shown, as it is here: depends on ok; static */
    const char *remedy;  /* if not ok: what would enable it; NULL: nothing to be done; static */
};

/*
 * Try them all; takes some 100 ms, since it runs bwrap. *table is malloc'ed, *n rows, the caller's
 * to free. 0, or -ENOMEM; what cannot be tried is a row that is not ok. Must not be called while
 * other threads wait for children. proc_root NULL: "/proc".
 */
int capabilities_try(const char *proc_root, struct capability **table, size_t *n);

#endif
