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

static void draw_heads(struct grid *g, struct rect in)
{
    grid_text(g, in, 0, 1, ROLE_LABEL, 0, "   TID  VOLUNTARY INVOLUNT. CPU");
    if (in.cols >= 60)
        grid_text(g, in, 0, 34, ROLE_LABEL, 0, "     RAN   QUEUED");
    grid_text(g, in, 0, in.cols >= 60 ? 53 : 34, ROLE_LABEL, 0, "TASK");
}

static void draw_task(struct grid *g, struct rect in, int y, const struct snapshot *s,
                      const struct process *p, const struct task *t, bool is_selected)
{
    char a[WORDS_NUMBER], b[WORDS_NUMBER], cpu[WORDS_NUMBER] = "?", name[WORDS_NAME];
    const char *comm = snapshot_text(s, t->comm_text);
    if (t->last_cpu >= 0)
        snprintf(cpu, sizeof cpu, "%d", t->last_cpu);
    grid_printf(g, in, y, 1, ROLE_TEXT, 0, "%6d %10s %9s %3s", (int)t->tid,
                words_grouped(t->voluntary, a, sizeof a),
                words_grouped(t->involuntary, b, sizeof b), cpu);
    if (in.cols >= 60)
        grid_printf(g, in, y, 33, ROLE_TEXT, 0, "%9s%9s", words_seconds(t->run_ns, a, sizeof a),
                    words_seconds(t->queued_ns, b, sizeof b));
    int x = in.cols >= 60 ? 53 : 34;
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
    struct rect in = grid_frame(g, area, ROLE_FRAME, "3 Switches · totals since each task began");
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
