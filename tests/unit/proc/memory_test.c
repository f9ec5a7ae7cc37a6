/* The pages of real processes across a fork, and the parsers on made-up files. */
#include "actor.h"
#include "fixture.h"

#include "proc/live.h"
#include "proc/maps.h"
#include "proc/pagemap.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGES = 64, WRITTEN = 12 };

/* Shared by the test and its actors: what was done, what may be done. */
struct stage {
    _Atomic int allowed;
    _Atomic uintptr_t region;
    _Atomic pid_t child;
};

static void await(struct stage *stage, int step)
{
    while (stage->allowed < step)
        usleep(500);
}

static int write_after_fork(void *arg)
{
    struct stage *stage = arg;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *region =
        mmap(NULL, PAGES * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (region == MAP_FAILED)
        return 1;
    madvise(region, PAGES * page, MADV_NOHUGEPAGE);
    memset(region, 1, PAGES * page);
    stage->region = (uintptr_t)region;
    await(stage, 1);
    pid_t child = actor_fork();
    if (child > 0)
        stage->child = child;
    if (child == 0) {
        await(stage, 2);
        for (size_t i = 0; i < WRITTEN; i++)
            region[i * 5 * page] = 2;
    }
    return actor_hold(NULL);
}

struct counts {
    size_t n;
    int64_t private_pages, shared_pages;
};

static bool has_counts(const struct snapshot *s, void *arg)
{
    const struct counts *c = arg;
    if (s->n_regions != c->n)
        return false;
    for (size_t i = 0; i < s->n_regions; i++)
        if (s->regions[i].private_pages != c->private_pages ||
            s->regions[i].shared_pages != c->shared_pages)
            return false;
    return true;
}

Test(memory, pages_across_a_fork, .timeout = 60)
{
    size_t n;
    struct stage *stage =
        mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(stage, MAP_FAILED);
    pid_t parent = actor_start(write_after_fork, stage);
    struct source *source = actor_watch(parent);
    while (stage->region == 0)
        usleep(500);
    struct source_wish wish = {.memory_pid = parent,
                               .region_start = stage->region,
                               .region_bytes = PAGES * (uint64_t)sysconf(_SC_PAGESIZE)};

    struct snapshot *s = NULL;
    cr_assert_eq(source_next(source, &s), 0);
    cr_expect_eq(s->n_regions, 0, "read for nobody");
    snapshot_free(s);

    source_want(source, &wish);
    s = actor_see(source, has_counts, &(struct counts){1, PAGES, 0}, "all private");
    cr_expect_eq(s->regions[0].obtained, OBTAINED_EXACT);
    cr_expect_eq(s->regions[0].pages_read, PAGES);
    cr_expect_gt(s->regions[0].rss_bytes, 0);
    cr_expect_gt(s->regions[0].pss_bytes, 0);
    snapshot_free(s);

    stage->allowed = 1;
    s = actor_see(source, has_counts, &(struct counts){2, 0, PAGES}, "all shared in both");
    snapshot_free(s);

    stage->allowed = 2;
    s = actor_see(source, has_counts, &(struct counts){2, WRITTEN, PAGES - WRITTEN},
                  "the written private in both");
    for (size_t r = 0; r < 2; r++) {
        const uint8_t *cells = snapshot_cells(s, &s->regions[r], &n);
        cr_assert_eq(n, PAGES);
        for (size_t i = 0; i < n; i++)
            cr_expect_eq(cells[i], i % 5 == 0 && i < 5 * WRITTEN ? PAGE_PRIVATE : PAGE_SHARED,
                         "page %zu", i);
    }
    cr_expect_eq(s->regions[0].pid, parent);
    cr_expect_eq(s->regions[1].pid, stage->child);
    snapshot_free(s);

    /* Seen from the child it is the same, and the parent is above it. */
    wish.memory_pid = stage->child;
    source_want(source, &wish);
    s = actor_see(source, has_counts, &(struct counts){2, WRITTEN, PAGES - WRITTEN},
                  "the same from the child");
    cr_expect_eq(s->regions[0].pid, parent);
    snapshot_free(s);

    kill(stage->child, SIGKILL);
    source_free(source);
    actor_end(parent);
}

static int map_much(void *arg)
{
    struct stage *stage = arg;
    size_t bytes = (size_t)8 << 30;
    char *region = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (region == MAP_FAILED)
        return 1;
    madvise(region, bytes, MADV_NOHUGEPAGE);
    region[0] = 1;
    stage->region = (uintptr_t)region;
    return actor_hold(NULL);
}

static bool has_region(const struct snapshot *s, void *arg)
{
    (void)arg;
    return s->n_regions == 1 && s->regions[0].error == 0;
}

Test(memory, a_huge_region_is_read_by_stride, .timeout = 60)
{
    struct stage *stage =
        mmap(NULL, sizeof *stage, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t pid = actor_start(map_much, stage);
    while (stage->region == 0)
        usleep(500);
    struct source *source = actor_watch(pid);
    source_want(source, &(struct source_wish){.memory_pid = pid});
    struct snapshot *s = actor_see(source, has_region, NULL, "a region");
    const struct region *r = &s->regions[0];
    /* The kernel may have joined it with a neighbour. */
    cr_expect_leq(r->start, stage->region);
    cr_expect_geq(r->bytes, UINT64_C(8) << 30, "the largest is chosen");
    cr_expect_eq(r->obtained, OBTAINED_ESTIMATE);
    cr_expect_leq(r->pages_read, 1 << 20);
    cr_expect_leq(r->n_cells, 1024);
    snapshot_free(s);
    source_free(source);
    actor_end(pid);
}

Test(memory, lines_of_maps)
{
    static const struct {
        const char *line;
        int rc;
        const char *name;
        bool is_writable, is_shared;
    } rows[] = {
        {"55d0c0000000-55d0c0021000 rw-p 00000000 00:00 0      [heap]", 0, "[heap]", true, false},
        {"7f0000000000-7f0000040000 rw-p 00000000 00:00 0 ", 0, "", true, false},
        {"7f0000000000-7f0000040000 rw-p 00000000 00:00 0", 0, "", true, false},
        {"7f0000000000-7f0000040000 r--s 00001000 08:01 42     /a b", 0, "/a b", false, true},
        {"7f0000000000-7f0000040000 rw-p 00000000", -EINVAL, NULL, false, false},
        {"7f0000040000-7f0000000000 rw-p 00000000 00:00 0 ", -EINVAL, NULL, false, false},
        {"", -EINVAL, NULL, false, false},
        {"nothing of the kind", -EINVAL, NULL, false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct mapping m = {.start = 7};
        int rc = maps_parse_line(rows[i].line, strlen(rows[i].line), &m);
        cr_expect_eq(rc, rows[i].rc, "%s: %d", rows[i].line, rc);
        if (rc < 0) {
            cr_expect_eq(m.start, 7, "written on failure: %s", rows[i].line);
            continue;
        }
        cr_expect_str_eq(m.name, rows[i].name);
        cr_expect_eq(m.is_writable, rows[i].is_writable);
        cr_expect_eq(m.is_shared, rows[i].is_shared);
    }
}

Test(memory, sums)
{
    static const char whole[] = "55-7f ---p 00000000 00:00 0 [rollup]\nRss:   100 kB\nPss:  60 kB\n"
                                "Shared_Clean: 50 kB\nShared_Dirty: 1 kB\nPrivate_Clean: 9 kB\n"
                                "Private_Dirty:  40 kB\n";
    struct maps_rollup r;
    cr_assert_eq(maps_parse_rollup(whole, strlen(whole), &r), 0);
    cr_expect_eq(r.rss_bytes, 100 * 1024);
    cr_expect_eq(r.pss_bytes, 60 * 1024);
    cr_expect_eq(r.shared_bytes, 51 * 1024);
    cr_expect_eq(r.private_bytes, 49 * 1024);
    cr_assert_eq(maps_parse_rollup("Rss: 4 kB\nPss: 2", 16, &r), 0);
    cr_expect_eq(r.pss_bytes, -1, "a truncated line is no figure");
    cr_expect_eq(maps_parse_rollup("", 0, &r), -EINVAL);
}

static int read_file(struct fixture *f, size_t n_pages, uint8_t *cells, struct pagemap_counts *c)
{
    struct proc_root root;
    struct pagemap_range range = {.n_pages = n_pages, .pages_per_cell = 2, .pages_per_sample = 2};
    cr_assert_eq(proc_root_open(&root, f->path), 0);
    int rc = pagemap_read(&root, 7, &range, cells, c);
    proc_root_close(&root);
    return rc;
}

Test(memory, pagemap_files)
{
    const uint64_t present = UINT64_C(1) << 63, swapped = UINT64_C(1) << 62,
                   own = UINT64_C(1) << 56;
    const uint64_t entries[] = {present | own, present | own, present, 0, swapped, swapped, 0};
    uint8_t cells[4] = {0};
    struct pagemap_counts c = {.pages_read = -7};
    struct fixture f;
    fixture_init(&f);
    cr_expect_eq(read_file(&f, 7, cells, &c), -ENOENT);
    fixture_file(&f, "7/pagemap", "", 0);
    cr_expect_eq(read_file(&f, 7, cells, &c), -ESRCH, "empty: it has no memory any more");
    fixture_file(&f, "7/pagemap", (const char *)entries, 13);
    cr_expect_eq(read_file(&f, 7, cells, &c), -EIO, "truncated");
    cr_expect_eq(c.pages_read, -7, "written on failure");
    fixture_file(&f, "7/pagemap", (const char *)entries, sizeof entries);
    cr_assert_eq(read_file(&f, 7, cells, &c), 0);
    cr_expect_eq(cells[0], PAGE_PRIVATE);
    cr_expect_eq(cells[1], PAGE_MIXED);
    cr_expect_eq(cells[2], PAGE_SWAPPED);
    cr_expect_eq(cells[3], PAGE_ABSENT);
    cr_expect_eq(c.of[PAGE_PRIVATE], 2);
    cr_expect_eq(c.of[PAGE_SHARED], 1);
    cr_expect_eq(c.of[PAGE_SWAPPED], 2);
    cr_expect_eq(c.of[PAGE_ABSENT], 2);
    cr_expect_eq(c.pages_read, 7);
    fixture_fini(&f);
}
