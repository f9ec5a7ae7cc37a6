/* 3 Switches: who gives up the CPU, and who loses it. Totals since each task began. */
#include "view/panel.h"
#include "view/words.h"

#include "model/explain.h"

#include <stdio.h>
#include <string.h>

static size_t count_tasks(const struct moment *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_rows; i++)
        if (!(m->rows[i].marks & MARK_EXITED))
            n += m->rows[i].process->n_tasks;
    return n;
}

/*
 * Columns: TID, the two kinds of switches, CPU; where there is room run and queued time; the name.
 */
#define WIDE_COLS 58

static int draw_columns(struct grid *g, struct rect in, int y, enum role role,
                        const char *const text[6])
{
    int x =
        grid_printf(g, in, y, 0, role, 0, "%7s %9s %9s %3s ", text[0], text[1], text[2], text[3]);
    if (in.cols >= WIDE_COLS)
        x += grid_printf(g, in, y, x, role, 0, "%9s %9s ", text[4], text[5]);
    return x + (in.cols > 40);
}

static void draw_heads(struct grid *g, struct rect in)
{
    static const char *const heads[] = {"TID", "VOLUNTARY", "INVOLUNT.", "CPU", "RAN", "QUEUED"};
    int x = draw_columns(g, in, 0, ROLE_LABEL, heads);
    grid_text(g, in, 0, x, ROLE_LABEL, 0, "TASK");
}

static void draw_task(struct grid *g, struct rect in, int y, const struct snapshot *s,
                      const struct process *p, const struct task *t, bool is_selected)
{
    char figures[6][WORDS_NUMBER], name[WORDS_NAME];
    const char *text[6];
    const char *comm = snapshot_text(s, t->comm_text);
    snprintf(figures[0], sizeof figures[0], "%d", (int)t->tid);
    words_grouped(t->voluntary, figures[1], sizeof figures[1]);
    words_grouped(t->involuntary, figures[2], sizeof figures[2]);
    words_grouped(t->last_cpu, figures[3], sizeof figures[3]);
    words_seconds(t->run_ns, figures[4], sizeof figures[4]);
    words_seconds(t->queued_ns, figures[5], sizeof figures[5]);
    for (size_t i = 0; i < 6; i++)
        text[i] = figures[i];
    int x = draw_columns(g, in, y, ROLE_TEXT, text);
    explain_printable(comm, strlen(comm), name, sizeof name);
    if (!*name)
        words_name(s, p, name, sizeof name);
    grid_clipped(g, in, y, x, in.cols - x, t->state == 'R' ? ROLE_RUNNING : ROLE_TEXT, CELL_BOLD,
                 name);
    if (is_selected)
        grid_mark_row(g, in, y, CELL_SELECTED);
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    const struct moment *m = input->moment;
    struct rect in = grid_frame(g, area, ROLE_FRAME,
                                area.cols < 50 ? "3 Switches · exact totals"
                                               : "3 Switches · exact totals since each task began");
    size_t total = count_tasks(m), selected = view_selected_row(m, state);
    if (total == 0) {
        grid_wrapped(g, in, 0, ROLE_LABEL, "No task is known here.");
        return;
    }
    int shown = in.rows - 1;
    shown -= total > (size_t)shown;
    view_clamp_scroll(&state->subject_top, total, shown > 0 ? shown : 1);
    draw_heads(g, in);
    int y = 1 - state->subject_top;
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct process *p = m->rows[i].process;
        size_t n = m->rows[i].marks & MARK_EXITED ? 0 : p->n_tasks;
        for (size_t k = 0; k < n; k++, y++)
            if (y >= 1 && y <= shown)
                draw_task(g, in, y, m->rows[i].snapshot, p,
                          &m->rows[i].snapshot->tasks[p->first_task + k], i == selected);
    }
    if (total > (size_t)shown && shown > 0) {
        size_t above = (size_t)state->subject_top;
        view_draw_more(g, in, shown + 1, above, total - above - (size_t)shown, "");
    }
}

const struct panel panel_switches = {.place = PLACE_SUBJECT, .action = ACT_SUBJECT_3, .draw = draw};
