#include "proc/pagemap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#define CHUNK_PAGES 2048

enum page_state pagemap_state(uint64_t entry)
{
    if (entry >> 63 & 1)
        return entry >> 56 & 1 ? PAGE_PRIVATE : PAGE_SHARED;
    return entry >> 62 & 1 ? PAGE_SWAPPED : PAGE_ABSENT;
}

/* Up to CHUNK_PAGES entries from a page on; how many, or -errno. */
static ssize_t read_entries(int fd, uint64_t page, size_t n, uint64_t *entries)
{
    size_t wanted = (n < CHUNK_PAGES ? n : CHUNK_PAGES) * sizeof *entries;
    ssize_t got = pread(fd, entries, wanted, (off_t)(page * sizeof *entries));
    if (got < 0)
        return -errno;
    if (got == 0)
        return -ESRCH;
    return got % (ssize_t)sizeof *entries ? -EIO : got / (ssize_t)sizeof *entries;
}

/* The pages from `at` on, counted from the range's first, all read. */
static int read_run(int fd, const struct pagemap_range *range, size_t at, size_t n, uint8_t *cells,
                    struct pagemap_counts *counts)
{
    uint64_t entries[CHUNK_PAGES];
    while (n > 0) {
        ssize_t got = read_entries(fd, range->first_page + at, n, entries);
        if (got < 0)
            return (int)got;
        for (ssize_t i = 0; i < got; i++, at++) {
            enum page_state state = pagemap_state(entries[i]);
            uint8_t *cell = &cells[at / range->pages_per_cell];
            bool is_first = at % range->pages_per_cell == 0;
            *cell = (uint8_t)(is_first || *cell == state ? state : PAGE_MIXED);
            counts->of[state]++;
        }
        counts->pages_read += got;
        n -= (size_t)got;
    }
    return 0;
}

int pagemap_read(const struct proc_root *root, pid_t pid, const struct pagemap_range *range,
                 uint8_t *cells, struct pagemap_counts *counts)
{
    char path[PROC_PATH_MAX];
    struct pagemap_counts sum = {0};
    bool is_whole = range->pages_per_sample >= range->pages_per_cell;
    size_t step = is_whole ? range->n_pages : range->pages_per_cell;
    int rc = 0;
    snprintf(path, sizeof path, "%d/pagemap", (int)pid);
    int fd = openat(root->fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -errno;
    for (size_t at = 0; rc == 0 && at < range->n_pages; at += step) {
        size_t left = range->n_pages - at, n = is_whole ? step : range->pages_per_sample;
        rc = read_run(fd, range, at, n < left ? n : left, cells, &sum);
    }
    close(fd);
    if (rc == 0)
        *counts = sum;
    return rc;
}
