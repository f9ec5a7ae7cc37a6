/* The live source's pages: of the process that was asked for, its parent and its children. */
#include "model/snapshot.h"
#include "proc/live_internal.h"
#include "proc/maps.h"
#include "proc/pagemap.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What the panel can show, and what history has to keep, at each look. */
#define MOST_CELLS 1024
/* Pages read at one look, of all processes together: some 12 ms. */
#define MOST_PAGES ((size_t)1 << 20)
#define SUM_NS     (SECOND_NS / 2)

struct choice {
    const struct source_wish *wish;
    struct mapping best;
    bool has_wished;
};

static uint64_t size_of(const struct mapping *m)
{
    return m->end - m->start;
}

static bool is_stack(const struct mapping *m)
{
    return strcmp(m->name, "[stack]") == 0;
}

/* The largest that is writable and no file's; a stack where there is nothing else. */
static bool is_better(const struct mapping *m, const struct mapping *than)
{
    bool is_candidate = m->is_writable && m->inode == 0 &&
                        (!m->name[0] || is_stack(m) || strcmp(m->name, "[heap]") == 0 ||
                         strncmp(m->name, "[anon", 5) == 0);
    if (!is_candidate || than->end == 0)
        return is_candidate;
    if (is_stack(m) != is_stack(than))
        return is_stack(than);
    return size_of(m) > size_of(than);
}

static int choose(const struct mapping *m, void *arg)
{
    struct choice *c = arg;
    uint64_t start = c->wish->region_start, bytes = c->wish->region_bytes;
    if (bytes > 0 && start >= m->start && start < m->end) {
        c->has_wished = true;
        c->best = *m;
        c->best.start = start;
        if (bytes < c->best.end - start)
            c->best.end = start + bytes;
    } else if (!c->has_wished && is_better(m, &c->best)) {
        c->best = *m;
    }
    return 0;
}

/*
 * Is a of the tree, and do they run one program since one was forked by the other? fork copies the
 * layout, exec draws a new one.
 */
static bool is_kin(const struct proc_track *a, const struct proc_track *b)
{
    return a->role == TRACK_MEMBER && a->stat.start_stack > 1 &&
           a->stat.start_stack == b->stat.start_stack && a->stat.start_code == b->stat.start_code &&
           a->stat.arg_start == b->stat.arg_start;
}

/* Parent, itself, children. */
static size_t find_kin(struct live *l, struct proc_track *self, struct proc_track **kin)
{
    size_t n = 0;
    for (size_t i = 0; i < l->n_found; i++)
        if (l->found[i]->pid == self->stat.ppid && is_kin(l->found[i], self))
            kin[n++] = l->found[i];
    kin[n++] = self;
    for (size_t i = 0; i < l->n_found && n < MEMORY_KIN_MOST; i++)
        if (l->found[i]->stat.ppid == self->pid && is_kin(l->found[i], self))
            kin[n++] = l->found[i];
    return n;
}

static int write_pages(struct live *l, struct snapshot *s, struct region *r,
                       const struct mapping *where, size_t most_pages)
{
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    struct pagemap_range range = {
        .first_page = where->start / page_bytes,
        .n_pages = (size_t)((where->end - 1) / page_bytes - where->start / page_bytes + 1),
        .pages_per_cell = 1};
    while ((range.n_pages - 1) / range.pages_per_cell >= MOST_CELLS)
        range.pages_per_cell *= 2;
    size_t n_cells = (range.n_pages - 1) / range.pages_per_cell + 1;
    bool is_whole = range.n_pages <= most_pages;
    range.pages_per_sample = is_whole ? range.pages_per_cell : most_pages / n_cells;
    r->start = where->start;
    r->bytes = size_of(where);
    r->page_bytes = (int64_t)page_bytes;
    r->pages_per_cell = (int64_t)range.pages_per_cell;
    r->name_text = snapshot_add_text(s, where->name, strlen(where->name));
    struct pagemap_counts counts;
    uint8_t *cells = snapshot_add_cells(s, n_cells);
    if (!cells)
        return -ENOMEM;
    int rc = pagemap_read(&l->ctx.root, r->pid, &range, cells, &counts);
    if (rc < 0) {
        s->n_cells -= n_cells;
        r->n_cells = 0;
        r->error = -rc;
        return 0;
    }
    r->obtained = is_whole ? OBTAINED_EXACT : OBTAINED_ESTIMATE;
    r->pages_read = counts.pages_read;
    r->private_pages = counts.of[PAGE_PRIVATE];
    r->shared_pages = counts.of[PAGE_SHARED];
    r->swapped_pages = counts.of[PAGE_SWAPPED];
    r->absent_pages = counts.of[PAGE_ABSENT];
    return 0;
}

/* The sums of the processes at hand are kept; of those that are old one is read anew at a look. */
static void refresh_sums(struct live *l, struct proc_track *const *kin, size_t n, uint64_t now_ns)
{
    struct memory_sum fresh[MEMORY_KIN_MOST] = {0}, *oldest = NULL;
    for (size_t i = 0; i < n; i++) {
        fresh[i] = (struct memory_sum){.pid = kin[i]->pid, .figures = {-1, -1, -1, -1}};
        for (size_t k = 0; k < MEMORY_KIN_MOST; k++)
            if (l->memory.sums[k].pid == kin[i]->pid)
                fresh[i] = l->memory.sums[k];
        if (now_ns - fresh[i].read_ns >= SUM_NS && (!oldest || fresh[i].read_ns < oldest->read_ns))
            oldest = &fresh[i];
    }
    if (oldest) {
        oldest->figures = (struct maps_rollup){-1, -1, -1, -1};
        maps_read_rollup(&l->ctx.root, oldest->pid, &oldest->figures);
        oldest->read_ns = now_ns;
    }
    memcpy(l->memory.sums, fresh, sizeof fresh);
}

int memory_write(struct live *l, struct snapshot *s, uint64_t now_ns)
{
    const struct source_wish *wish = &l->wish;
    struct proc_track *self = wish->memory_pid ? live_find_track(l, wish->memory_pid) : NULL;
    struct proc_track *kin[MEMORY_KIN_MOST];
    if (!self || self->seen != l->look)
        return 0;
    struct choice choice = {.wish = wish};
    int error = maps_each(&l->ctx.root, self->pid, choose, &choice);
    if (error == 0 && choice.best.end == 0)
        error = -ENODATA;
    size_t n = find_kin(l, self, kin);
    refresh_sums(l, kin, n, now_ns);
    for (size_t i = 0; i < n; i++) {
        struct region *r = snapshot_add_region(s, kin[i]->pid);
        if (!r)
            return -ENOMEM;
        const struct maps_rollup *sum = &l->memory.sums[i].figures;
        r->rss_bytes = sum->rss_bytes;
        r->pss_bytes = sum->pss_bytes;
        r->private_bytes = sum->private_bytes;
        r->shared_bytes = sum->shared_bytes;
        r->error = -error;
        if (error == 0 && write_pages(l, s, r, &choice.best, MOST_PAGES / n) < 0)
            return -ENOMEM;
    }
    return 0;
}
