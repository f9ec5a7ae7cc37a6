/*
 * 3 Switches: who gives up the CPU, who loses it, and who waits for whom.
 *
 * A row a task. A second of it, and its last seconds; what it was in all stands in words below, of
 * the selected process.
 */
#include "view/panel.h"
#include "view/words.h"

#include "model/explain.h"
#include "model/timeline.h"
#include "model/waits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HISTORY_CELLS = 8,
    SHARES_COLS = 50,       /* from here on there is room for run and wait time, and from here on */
    WAITS_COLS = 62,        /* for whom it waits for */
    LEAST_WAITS_WIDTH = 11, /* that TIDs of seven digits leave at 120 columns */
    TASK_WIDTH = 8,
    MOST_WORDS_ROWS = 3,
};

#define CELL_NS UINT64_C(500000000)

/* Where the columns begin; -1: left out. */
struct columns {
    int tid_width;
    int voluntary, involuntary, history, cpu, run, queued, task, task_width, waits, waits_width;
};

/* What is drawn from. */
struct table {
    const struct moment *m;
    const struct timeline *t; /* n_lanes 0: nothing is kept of before */
    struct columns c;
};

static struct columns choose_columns(const struct moment *m, int cols)
{
    pid_t highest = 99999;
    for (size_t i = 0; i < m->now->n_tasks; i++)
        if (m->now->tasks[i].tid > highest)
            highest = m->now->tasks[i].tid;
    struct columns c = {.run = -1, .queued = -1, .waits = -1};
    int rate = cols >= 80 ? 7 : 5;
    c.tid_width = snprintf(NULL, 0, "%d", (int)highest);
    c.voluntary = c.tid_width;
    c.involuntary = c.voluntary + 1 + rate;
    c.history = c.involuntary + 1 + rate + 1;
    c.cpu = c.history + (cols < 34 ? 0 : HISTORY_CELLS);
    int x = c.cpu + 4;
    if (cols >= SHARES_COLS) {
        c.run = x;
        c.queued = x + 5;
        x += 11;
    }
    c.task = x + 1;
    c.task_width = cols - c.task;
    if (cols >= WAITS_COLS && c.task_width >= TASK_WIDTH + 1 + LEAST_WAITS_WIDTH) {
        c.task_width = cols >= 80 ? 15 : TASK_WIDTH;
        c.waits = c.task + c.task_width + 1;
        c.waits_width = cols - c.waits;
    }
    return c;
}

/* Text that ends at a column. */
static void draw_right(struct grid *g, struct rect in, int y, int begin, int end, enum role role,
                       const char *text)
{
    int x = end - grid_text_width(text);
    grid_clipped(g, in, y, x > begin ? x : begin + 1, end - begin - 1, role, 0, text);
}

static void draw_heads(struct grid *g, struct rect in, const struct columns *c)
{
    bool is_wide = c->involuntary - c->voluntary > 7;
    grid_printf(g, in, 0, 0, ROLE_LABEL, 0, "%*s", c->tid_width, "TID");
    draw_right(g, in, 0, c->voluntary, c->involuntary, ROLE_LABEL, is_wide ? "VOLUN/s" : "VOL/s");
    draw_right(g, in, 0, c->involuntary, c->history - 1, ROLE_LABEL, is_wide ? "INVOL/s" : "INV/s");
    if (c->cpu > c->history)
        grid_printf(g, in, 0, c->history, ROLE_LABEL, 0, "%llu s",
                    (unsigned long long)(HISTORY_CELLS * CELL_NS / 1000000000));
    grid_printf(g, in, 0, c->cpu, ROLE_LABEL, 0, "%4s", "CPU");
    if (c->run >= 0)
        grid_printf(g, in, 0, c->run, ROLE_LABEL, 0, "%5s %5s", "RUN%", "WAIT%");
    grid_clipped(g, in, 0, c->task, c->task_width, ROLE_LABEL, 0, "TASK");
    if (c->waits >= 0)
        grid_clipped(g, in, 0, c->waits, c->waits_width, ROLE_LABEL, 0, "WAITS FOR");
}

/* "0", "12", "1.2k", "65k"; "?" when negative. */
static char *say_rate(double rate, char *text, size_t len)
{
    if (rate < 0)
        snprintf(text, len, "?");
    else if (rate < 999.5)
        snprintf(text, len, rate > 0 && rate < 9.95 ? "%.1f" : "%.0f", rate);
    else if (rate < 9995)
        snprintf(text, len, "%.1fk", rate / 1e3);
    else
        snprintf(text, len, "%.0fk", rate / 1e3);
    return text;
}

/*
 * Switches of both kinds, as parts of the most in these seconds: eighths; in ASCII tenths. By their
 * colour those that were forced stand out where they are the more.
 */
static void draw_history(struct grid *g, struct rect in, int y, const struct table *table,
                         const struct timeline_lane *lane, bool ascii)
{
    float most = 0;
    for (size_t i = 0; i < table->t->n_cells; i++) {
        const struct timeline_cell *cell = &lane->cells[i];
        if (cell->voluntary + cell->involuntary > most)
            most = cell->voluntary + cell->involuntary;
    }
    for (size_t i = 0; i < table->t->n_cells && i <= table->t->now_cell; i++) {
        const struct timeline_cell *cell = &lane->cells[i];
        float sum = cell->voluntary + cell->involuntary;
        bool is_known =
            cell->voluntary >= 0 && cell->state != LANE_ABSENT && cell->state != LANE_UNSEEN;
        const char *glyph = !is_known  ? " "
                            : sum <= 0 ? "·"
                                       : words_share((double)sum / (double)most, ascii);
        enum role role = sum <= 0                              ? ROLE_LABEL
                         : cell->involuntary > cell->voluntary ? ROLE_BLOCKED
                                                               : ROLE_RUNNING;
        grid_text(g, in, y, table->c.history + (int)i, role, 0, glyph);
    }
}

static void draw_share(struct grid *g, struct rect in, int y, int x, double share, bool is_alert)
{
    enum role role = is_alert ? ROLE_BLOCKED : ROLE_TEXT;
    if (share >= 0)
        grid_printf(g, in, y, x, role, 0, share < 0.9995 ? "%5.1f" : "%5.0f", share * 100);
    else
        grid_printf(g, in, y, x, ROLE_LABEL, 0, "%5s", "?");
}

/* The one who waits for a CPU: more than a tenth of the time. */
static bool waits_for_cpu(const struct timeline_lane *lane, char state)
{
    return lane && state == 'R' && lane->recent.queued > 0.1;
}

static void say_waits(char *text, size_t len, const struct moment *m, const struct process *p,
                      const struct task *t, const struct timeline_lane *lane, bool ascii)
{
    if (waits_for_cpu(lane, t->state)) {
        snprintf(text, len, "CPU %d", t->last_cpu);
        return;
    }
    waits_say(m, p, t->state, &t->waiting, text, len);
    char *spelled = ascii ? words_spell_lanes(text) : NULL;
    if (spelled)
        snprintf(text, len, "%s", spelled);
    free(spelled);
}

static void draw_task(struct grid *g, struct rect in, int y, const struct table *table,
                      const struct process *p, const struct task *t, bool is_selected,
                      const struct view_state *state)
{
    static const struct timeline_recent unknown = {-1, -1, -1, -1};
    const struct snapshot *s = table->m->now;
    const struct columns *c = &table->c;
    char text[WORDS_NAME + 64], name[WORDS_NAME];
    size_t at = timeline_lane_of(table->t, p->pid, t->tid, p->start_ticks);
    const struct timeline_lane *lane = at != TREE_NONE ? &table->t->lanes[at] : NULL;
    const struct timeline_recent *recent = lane ? &lane->recent : &unknown;
    grid_printf(g, in, y, 0, ROLE_TEXT, 0, "%*d", c->tid_width, (int)t->tid);
    draw_right(g, in, y, c->voluntary, c->involuntary, ROLE_TEXT,
               say_rate(recent->voluntary, text, sizeof text));
    draw_right(g, in, y, c->involuntary, c->history - 1,
               recent->involuntary > recent->voluntary ? ROLE_BLOCKED : ROLE_TEXT,
               say_rate(recent->involuntary, text, sizeof text));
    if (lane && c->cpu > c->history)
        draw_history(g, in, y, table, lane, state->ascii);
    if (t->last_cpu >= 0)
        grid_printf(g, in, y, c->cpu, ROLE_TEXT, 0, "%4d", t->last_cpu);
    else
        grid_printf(g, in, y, c->cpu, ROLE_LABEL, 0, "%4s", "?");
    if (c->run >= 0) {
        draw_share(g, in, y, c->run, recent->run, false);
        draw_share(g, in, y, c->queued + 1, recent->queued, waits_for_cpu(lane, t->state));
    }
    const char *comm = snapshot_text(s, t->comm_text);
    explain_printable(comm, strlen(comm), name, sizeof name);
    if (!*name)
        words_name(s, p, name, sizeof name);
    grid_clipped(g, in, y, c->task, c->task_width, t->state == 'R' ? ROLE_RUNNING : ROLE_TEXT,
                 CELL_BOLD, name);
    if (c->waits >= 0) {
        say_waits(text, sizeof text, table->m, p, t, lane, state->ascii);
        struct waits waits = waits_of(table->m, p, t->state, &t->waiting);
        grid_clipped(g, in, y, c->waits, c->waits_width,
                     waits.lane || waits_for_cpu(lane, t->state) ? ROLE_BLOCKED : ROLE_TEXT, 0,
                     text);
    }
    if (is_selected)
        grid_mark_row(g, in, y, CELL_SELECTED);
}

/* ---- in words ---------------------------------------------------------------------------- */

static void say_selected(char *text, size_t len, const struct table *table, size_t row, bool ascii)
{
    const struct process *p = table->m->rows[row].process;
    char name[WORDS_NAME], whom[WORDS_NAME + 64] = "", a[WORDS_NUMBER], b[WORDS_NUMBER];
    size_t n_tasks;
    const struct task *tasks = snapshot_tasks(table->m->now, p, &n_tasks);
    size_t at = timeline_lane_of(table->t, p->pid, 0, p->start_ticks);
    const struct timeline_lane *lane = at != TREE_NONE ? &table->t->lanes[at] : NULL;
    for (size_t i = 0; i < n_tasks; i++)
        if (tasks[i].tid == p->pid)
            say_waits(whom, sizeof whom, table->m, p, &tasks[i], lane, ascii);
    words_cut(words_name(table->m->now, p, name, sizeof name), sizeof name, 15);
    int n = snprintf(text, len, "%s %d", name, (int)p->pid);
    n += *whom ? snprintf(text + n, len - (size_t)n, " waits for %s. Ran", whom)
               : snprintf(text + n, len - (size_t)n, ": ran");
    n += snprintf(text + n, len - (size_t)n, " %s, queued %s; ",
                  words_seconds(p->run_ns, a, sizeof a), words_seconds(p->queued_ns, b, sizeof b));
    snprintf(text + n, len - (size_t)n, "%s voluntary and %s involuntary switches.",
             words_grouped(p->voluntary, a, sizeof a), words_grouped(p->involuntary, b, sizeof b));
}

/* Of the selected process, or else what the two kinds are. */
static void say_words(char *text, size_t len, const struct table *table, size_t selected,
                      bool ascii)
{
    if (selected != TREE_NONE && !(table->m->rows[selected].marks & MARK_EXITED))
        say_selected(text, len, table, selected, ascii);
    else
        snprintf(text, len,
                 "Voluntary: it gave the CPU up, to wait for something. Involuntary: it "
                 "was taken away.");
}

/* ---- the panel --------------------------------------------------------------------------- */

/* Its tasks, *n of them; of one that has ended none. */
static const struct task *tasks_of(const struct moment_row *row, size_t *n)
{
    *n = 0;
    return row->marks & MARK_EXITED ? NULL : snapshot_tasks(row->snapshot, row->process, n);
}

static size_t count_in(const struct moment_row *row)
{
    size_t n;
    tasks_of(row, &n);
    return n;
}

static size_t count_tasks(const struct moment *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_rows; i++)
        n += count_in(&m->rows[i]);
    return n;
}

/* The first line of a row's tasks; TREE_NONE where it has none. */
static size_t line_of(const struct moment *m, size_t row)
{
    size_t line = 0;
    if (row == TREE_NONE || count_in(&m->rows[row]) == 0)
        return TREE_NONE;
    for (size_t i = 0; i < row; i++)
        line += count_in(&m->rows[i]);
    return line;
}

static void draw_tasks(struct grid *g, struct rect in, const struct table *table, int top,
                       int shown, size_t selected, const struct view_state *state)
{
    const struct moment *m = table->m;
    int y = 1 - top;
    for (size_t i = 0; i < m->n_rows; i++) {
        size_t n;
        const struct task *tasks = tasks_of(&m->rows[i], &n);
        for (size_t k = 0; k < n; k++, y++)
            if (y >= 1 && y <= shown)
                draw_task(g, in, y, table, m->rows[i].process, &tasks[k], i == selected, state);
    }
}

static void draw_table(struct grid *g, struct rect in, const struct table *table,
                       struct view_state *state)
{
    char text[WORDS_NAME + 512];
    size_t total = count_tasks(table->m), selected = view_selected_row(table->m, state);
    say_words(text, sizeof text, table, selected, state->ascii);
    int words = in.cols > 12 ? grid_wrapped_rows(in.cols, text) : 0;
    words = words > MOST_WORDS_ROWS ? MOST_WORDS_ROWS : words;
    if (in.rows < 4 + words)
        words = 0;
    int most = in.rows - 1 - words, shown = most;
    if (state->projector && shown > PROJECTOR_LINES)
        shown = PROJECTOR_LINES;
    shown -= total > (size_t)shown && shown == most;
    int top = view_scroll_from(&state->subject_top, total, shown > 0 ? shown : 1,
                               line_of(table->m, selected));
    draw_heads(g, in, &table->c);
    draw_tasks(g, in, table, top, shown, selected, state);
    if (total > (size_t)shown && shown > 0)
        view_draw_more(g, in, shown + 1, (size_t)top, total - (size_t)top - (size_t)shown, "");
    if (words > 0) {
        struct rect below = in;
        below.row += in.rows - words;
        below.rows = words;
        grid_wrapped(g, below, 0, ROLE_TEXT, text);
    }
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    const struct moment *m = input->moment;
    struct rect in = grid_frame(g, area, ROLE_FRAME,
                                area.cols < 50 ? "3 Switches · exact counts"
                                               : "3 Switches · exact counts, in the last second");
    if (count_tasks(m) == 0) {
        grid_wrapped(g, in, 0, ROLE_LABEL, "No task is known here.");
        return;
    }
    struct timeline t = {0}; /* without it rates are unknown */
    struct table table = {.m = m, .t = &t, .c = choose_columns(m, in.cols)};
    if (input->history)
        timeline_init(&t, input->history, input->index, CELL_NS, HISTORY_CELLS, true);
    draw_table(g, in, &table, state);
    timeline_fini(&t);
}

const struct panel panel_switches = {.place = PLACE_SUBJECT, .action = ACT_SUBJECT_3, .draw = draw};
