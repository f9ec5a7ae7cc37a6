/* 2 Memory: a region's pages, of the selected process between its parent and its children. */
#include "view/panel.h"
#include "view/words.h"

#include "model/explain.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Rows of a process above its pages: who it is and its pages counted, then its sums. */
#define HEAD_ROWS 2
/* A panel below this has no room for the sums of two. */
#define ROOMY_ROWS 12
/* Fewer rows of pages than this tell nothing: then fewer processes are shown. */
#define LEAST_PAGE_ROWS 1

struct look {
    const char *glyph, *name;
    enum role role;
};

static const struct look looks[] = {
    [PAGE_ABSENT] = {"·", "absent", ROLE_LABEL}, [PAGE_PRIVATE] = {"█", "private", ROLE_NEW},
    [PAGE_SHARED] = {"▒", "shared", ROLE_FLOW},  [PAGE_SWAPPED] = {"s", "swapped", ROLE_BLOCKED},
    [PAGE_MIXED] = {"◇", "mixed", ROLE_BLOCKED},
};

/* How the cells of all regions shown are laid out. */
struct plan {
    int head;        /* rows above the pages: HEAD_ROWS, or 1 without the sums */
    int cols, rows;  /* of the pages of one process */
    size_t merge;    /* so many cells of the snapshot stand as one here */
    size_t first, n; /* the regions shown */
};

static size_t most_cells(const struct snapshot *s)
{
    size_t most = 1;
    for (size_t i = 0; i < s->n_regions; i++)
        if (s->regions[i].n_cells > most)
            most = s->regions[i].n_cells;
    return most;
}

static struct plan make_plan(const struct snapshot *s, size_t selected, struct rect in, int head)
{
    struct plan p = {.head = head, .cols = 8, .merge = 1, .n = s->n_regions};
    while (p.cols * 2 <= in.cols - 2 && p.cols < 64)
        p.cols *= 2;
    size_t most = (size_t)(in.rows / (head + LEAST_PAGE_ROWS));
    if (most < 1)
        most = 1;
    if (p.n > most) {
        p.n = most;
        p.first = selected > 0 && most > 1 ? selected - 1 : selected; /* with its parent */
        if (p.first + p.n > s->n_regions)
            p.first = s->n_regions - p.n;
    }
    p.rows = in.rows / (int)p.n - head;
    if (p.rows < 1)
        p.rows = 1;
    size_t cells = most_cells(s);
    while ((cells - 1) / p.merge >= (size_t)p.cols * (size_t)p.rows)
        p.merge *= 2;
    int used = (int)(((cells - 1) / p.merge) / (size_t)p.cols) + 1;
    p.rows = used < p.rows ? used : p.rows;
    return p;
}

static enum page_state merged(const uint8_t *cells, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (cells[i] != cells[0])
            return PAGE_MIXED;
    return cells[0] <= PAGE_MIXED ? cells[0] : PAGE_MIXED;
}

static void draw_pages(struct grid *g, struct rect in, int y, const struct snapshot *s,
                       const struct region *r, const struct plan *p)
{
    size_t n, at = 0;
    const uint8_t *cells = snapshot_cells(s, r, &n);
    for (int k = 0; at < n; k++, at += p->merge) {
        const struct look *look = &looks[merged(cells + at, n - at < p->merge ? n - at : p->merge)];
        grid_text(g, in, y + k / p->cols, 1 + k % p->cols, look->role, CELL_BOLD, look->glyph);
    }
}

static const char *why_no_pages(int error)
{
    return error == ENODATA ? "it has no writable memory of its own" : words_why_unknown(error);
}

/* "RSS 1.2 MiB  PSS 684.0 KiB  12 faults/s"; where there is room, private and shared as well. */
static void draw_sums(struct grid *g, struct rect in, int y, const struct moment *m,
                      const struct region *r)
{
    char a[WORDS_NUMBER], b[WORDS_NUMBER], faults[WORDS_NUMBER] = "?";
    for (size_t i = 0; i < m->n_rows; i++)
        if (m->rows[i].process->pid == r->pid && m->rows[i].faults_per_s >= 0)
            snprintf(faults, sizeof faults, "%.0f", m->rows[i].faults_per_s);
    const char *gap = in.cols < 45 ? " " : "  ";
    int x = 1;
    x += grid_printf(g, in, y, x, ROLE_TEXT, 0, "RSS %s%sPSS %s%s",
                     words_memory(r->rss_bytes, a, sizeof a), gap,
                     words_memory(r->pss_bytes, b, sizeof b), gap);
    if (in.cols >= 60) {
        x += grid_printf(g, in, y, x, ROLE_TEXT, 0, "private %s%s",
                         words_memory(r->private_bytes, a, sizeof a), gap);
        if (in.cols >= 76)
            x += grid_printf(g, in, y, x, ROLE_TEXT, 0, "shared %s%s",
                             words_memory(r->shared_bytes, a, sizeof a), gap);
    }
    grid_printf(g, in, y, x, ROLE_TEXT, 0, "%s faults/s", faults);
}

/* A process's name and figures; then its pages. */
static void draw_region(struct grid *g, struct rect in, int y, const struct moment *m,
                        const struct region *r, const struct plan *plan, const struct process *self)
{
    char name[WORDS_NAME], a[WORDS_NUMBER], b[WORDS_NUMBER];
    const struct process *p = snapshot_find(m->now, r->pid);
    bool is_self = r->pid == self->pid;
    const char *kin = is_self ? "" : r->pid == self->ppid ? "parent " : "child ";
    words_name(m->now, p ? p : self, name, sizeof name);
    words_cut(name, sizeof name, in.cols / 5);
    int x = 1;
    x += grid_printf(g, in, y, x, ROLE_TITLE, CELL_BOLD, "%s%s%s %d: ", is_self ? "▸ " : "", kin,
                     name, (int)r->pid);
    if (!r->error)
        grid_printf(g, in, y, x, ROLE_TEXT, 0, "%s private %s shared",
                    words_grouped(r->private_pages, a, sizeof a),
                    words_grouped(r->shared_pages, b, sizeof b));
    if (plan->head > 1)
        draw_sums(g, in, y + 1, m, r);
    if (r->error)
        grid_printf(g, in, y + plan->head, 1, ROLE_ALERT, 0, "pages unknown: %s",
                    why_no_pages(r->error));
    else
        draw_pages(g, in, y + plan->head, m->now, r, plan);
}

/* The region, and what one cell stands for. */
static void draw_scale(struct grid *g, struct rect in, const struct snapshot *s,
                       const struct region *r, const struct plan *p)
{
    char size[WORDS_NUMBER], bytes[WORDS_NUMBER], scale[64];
    const char *name = snapshot_text(s, r->name_text);
    if (r->error)
        return;
    int64_t pages = r->pages_per_cell * (int64_t)p->merge;
    words_memory((int64_t)r->bytes, size, sizeof size);
    words_memory(pages * r->page_bytes, bytes, sizeof bytes);
    if (in.cols >= 56)
        snprintf(scale, sizeof scale, "%" PRId64 " page%s, %s", pages, pages > 1 ? "s" : "", bytes);
    else
        snprintf(scale, sizeof scale, "%" PRId64 " page%s", pages, pages > 1 ? "s" : "");
    bool has_name = pages == 1 || in.cols >= 56;
    grid_printf(g, in, 0, 1, ROLE_LABEL, 0, "%s%s%s; a cell: %s",
                !has_name ? ""
                : *name   ? name
                          : "anonymous",
                has_name ? " " : "", size, scale);
}

static void draw_legend(struct grid *g, struct rect in, int y)
{
    int x = 1;
    static const enum page_state order[] = {PAGE_PRIVATE, PAGE_SHARED, PAGE_ABSENT, PAGE_MIXED,
                                            PAGE_SWAPPED};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const struct look *look = &looks[order[i]];
        if (x + 2 + (int)strlen(look->name) > in.cols)
            break;
        x += grid_text(g, in, y, x, look->role, CELL_BOLD, look->glyph) + 1;
        x += grid_text(g, in, y, x, ROLE_LABEL, 0, look->name) + 1;
    }
}

/* Pages that are private in both; -1: cells that are no pages cannot tell. */
static int64_t count_own_in_both(const struct snapshot *s, const struct region *a,
                                 const struct region *b)
{
    size_t n_a, n_b;
    const uint8_t *x = snapshot_cells(s, a, &n_a), *y = snapshot_cells(s, b, &n_b);
    int64_t n = 0;
    if (a->pages_per_cell != 1 || a->start != b->start)
        return -1;
    for (size_t i = 0; i < n_a && i < n_b; i++)
        n += x[i] == PAGE_PRIVATE && y[i] == PAGE_PRIVATE;
    return n;
}

static void explain(const struct snapshot *s, size_t selected, bool is_brief, char *text,
                    size_t len)
{
    const struct region *r = &s->regions[selected];
    *text = '\0';
    if (r->error)
        return;
    if (r->obtained == OBTAINED_ESTIMATE) {
        snprintf(text, len,
                 "An estimate: of the region's %" PRIu64 " pages %" PRId64
                 " were read, some of each cell.",
                 r->bytes / (uint64_t)r->page_bytes, r->pages_read);
        return;
    }
    if (s->n_regions == 1) {
        if (r->shared_pages > 0)
            snprintf(text, len, "%" PRId64 " pages are shared with a process that is not shown.",
                     r->shared_pages);
        else
            snprintf(text, len, "Nobody else maps these pages: a write copies nothing.");
        return;
    }
    size_t other = selected > 0 ? selected - 1 : selected + 1;
    int64_t both = count_own_in_both(s, r, &s->regions[other]);
    const char *whom = selected > 0 ? "the parent" : "the child";
    if (r->private_pages == 0 && r->shared_pages > 0)
        snprintf(text, len, "All pages are still shared: nobody has written since the fork.");
    else if (both > 0 && is_brief)
        snprintf(text, len, "%" PRId64 " pages are private in both: written since the fork.", both);
    else if (both > 0)
        snprintf(text, len,
                 "%" PRId64 " pages are private here and in %s: one wrote since the fork, so each "
                 "has its own. %" PRId64 " are still shared.",
                 both, whom, r->shared_pages);
    else
        snprintf(text, len, "%" PRId64 " pages are this process's own, %" PRId64 " are shared.",
                 r->private_pages, r->shared_pages);
}

static size_t find_region(const struct snapshot *s, pid_t pid)
{
    size_t i = 0;
    while (i < s->n_regions && s->regions[i].pid != pid)
        i++;
    return i;
}

/* What the lab calls the region that is shown; "": it is none that the lab has stated. */
static const char *stated_name(const struct view_input *input, size_t row)
{
    const struct narration *n = input->narration;
    const struct snapshot *s = input->moment->now;
    if (!n || n->region.pid <= 0 || !n->region.name || row == TREE_NONE)
        return "";
    size_t at = find_region(s, input->moment->rows[row].process->pid);
    bool is_kin = find_region(s, n->region.pid) < s->n_regions;
    if (at == s->n_regions || !is_kin || s->regions[at].error)
        return "";
    return s->regions[at].start == n->region.start ? n->region.name : "";
}

/*
 * The region that the lab has stated of just this process, where that is not (any more) what it has
 * at that address, as after an exec: another is shown then. "": it is shown, there is none, or the
 * moment is older than what the lab says.
 */
static const char *missing_name(const struct view_input *input, size_t row)
{
    const struct narration *n = input->narration;
    const struct snapshot *s = input->moment->now;
    if (!n || !n->region.name || input->back > 0 ||
        input->moment->rows[row].process->pid != n->region.pid)
        return "";
    size_t at = find_region(s, n->region.pid);
    if (at == s->n_regions || s->regions[at].error || s->regions[at].start == n->region.start)
        return "";
    return n->region.name;
}

/* The pages of as many of the kin as fit, and what is to be said of them below. */
static void draw_kin(struct grid *g, struct rect in, const struct view_input *input, size_t row)
{
    const struct moment *m = input->moment;
    const struct process *self = m->rows[row].process;
    size_t at = find_region(m->now, self->pid);
    const struct region *r = &m->now->regions[at];
    char text[384];
    struct rect words = in, pages = in;
    struct plan plan = {0};
    int rows = 0;
    words.col++, words.cols -= 2;
    bool is_brief = in.rows < ROOMY_ROWS && m->now->n_regions > 1;
    int head = is_brief ? 1 : HEAD_ROWS;
    const char *missing = missing_name(input, row);
    if (*missing)
        snprintf(text, sizeof text,
                 "It has no memory at the address of %.40s (any more): this is its "
                 "largest region.",
                 missing);
    else
        explain(m->now, at, is_brief, text, sizeof text);
    /* Twice: to say that not all are shown takes room, too. */
    for (int pass = 0; pass < 2; pass++) {
        rows = *text && words.cols > 8 ? grid_wrapped_rows(words.cols, text) : 0;
        pages.row = in.row + 1;
        pages.rows = in.rows - 2 - rows;
        if (pages.rows <= head || pages.cols < 10) {
            grid_wrapped(g, in, 0, ROLE_LABEL, *text ? text : why_no_pages(r->error));
            return;
        }
        plan = make_plan(m->now, at, pages, head);
        size_t n = strlen(text);
        if (pass == 0 && plan.n < m->now->n_regions)
            snprintf(text + n, sizeof text - n, " %zu of %zu processes are shown.", plan.n,
                     m->now->n_regions);
    }
    draw_scale(g, in, m->now, r, &plan);
    for (size_t i = 0; i < plan.n; i++)
        draw_region(g, pages, (int)i * (head + plan.rows), m, &m->now->regions[plan.first + i],
                    &plan, self);
    draw_legend(g, in, in.rows - rows - 1);
    if (rows > 0)
        grid_wrapped(g, words, in.rows - rows, ROLE_TEXT, text);
}

/*
 * Whose pages are shown: the selected one's. With nobody selected whose are there, as in a
 * recording; of several the parent's, who comes first.
 */
static size_t row_shown(const struct moment *m, const struct view_state *state)
{
    size_t row = view_selected_row(m, state);
    if (state->selected_pid != 0 || m->now->n_regions == 0)
        return row;
    for (size_t i = 0; i < m->n_rows && row == TREE_NONE; i++)
        if (m->rows[i].process->pid == m->now->regions[0].pid)
            row = i;
    return row;
}

static struct rect draw_frame(struct grid *g, struct rect area, const struct view_input *input,
                              size_t row)
{
    char title[160], name[64];
    const char *stated = stated_name(input, row);
    bool is_narrow = area.cols < 45;
    explain_printable(stated, strlen(stated), name, sizeof name);
    snprintf(title, sizeof title, "2 Memory%s%s · sampled%s", *name ? " · " : "", name,
             is_narrow || *name ? "" : ": the pages at this look");
    return grid_frame(g, area, ROLE_FRAME, title);
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    const struct moment *m = input->moment;
    size_t row = row_shown(m, state);
    struct rect in = draw_frame(g, area, input, row);
    if (row == TREE_NONE) {
        grid_wrapped(g, in, 0, ROLE_LABEL,
                     state->selected_pid ? "The selected process is gone. ↑ and ↓ select another."
                                         : "No process is selected: ↑ and ↓ do it, or a click.");
        return;
    }
    size_t at = find_region(m->now, m->rows[row].process->pid);
    if (at == m->now->n_regions) {
        grid_wrapped(
            g, in, 0, ROLE_LABEL,
            m->rows[row].marks & MARK_EXITED ? "It has ended: its memory is gone."
            : input->is_replay
                ? "Its pages are not in the recording: record --memory keeps those of one process "
                  "and its kin."
                : "Its pages were not looked at then: they are read while they are shown.");
        return;
    }
    draw_kin(g, in, input, row);
}

const struct panel panel_memory = {.place = PLACE_SUBJECT, .action = ACT_SUBJECT_2, .draw = draw};
