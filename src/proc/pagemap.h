/*
 * pagemap.h - page by page, what a process has in memory: proc_pid_pagemap(5). Readable without
 * privilege for one's own processes; the frame numbers are zeroed then, which are not used here.
 */
#ifndef PROCLAB_PROC_PAGEMAP_H
#define PROCLAB_PROC_PAGEMAP_H

#include "model/snapshot.h"
#include "proc/root.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A stretch of pages, and how it is put into cells. */
struct pagemap_range {
    uint64_t first_page;     /* address / page size */
    size_t n_pages;          /* at least 1 */
    size_t pages_per_cell;   /* at least 1; the last cell may stand for fewer */
    size_t pages_per_sample; /* of each cell so many are read, from its first on */
};

struct pagemap_counts {
    int64_t of[PAGE_MIXED]; /* pages read, by enum page_state */
    int64_t pages_read;
};

/* Of one entry: bit 63 present, 62 swapped, 56 mapped by nobody else. */
enum page_state pagemap_state(uint64_t entry);

/*
 * Fill cells (n_pages / pages_per_cell of them, rounded up) and *counts. 0; -ESRCH it has no memory
 * any more; -EIO a truncated entry; -EACCES ...: then cells and counts hold nothing.
 */
int pagemap_read(const struct proc_root *root, pid_t pid, const struct pagemap_range *range,
                 uint8_t *cells, struct pagemap_counts *counts);

#endif
