#include "view/panel.h"

static bool is_main(const struct moment_row *row, size_t task)
{
    return row->snapshot->tasks[task].tid == row->process->pid;
}

/*
 * The first task from index `task` on that is not the main thread, which is the process's own line.
 */
static size_t next_extra(const struct moment_row *row, size_t task)
{
    const struct process *p = row->process;
    size_t end = p->first_task + p->n_tasks;
    while (task < end && is_main(row, task))
        task++;
    return task < end ? task : TREE_NONE;
}

static size_t first_extra(const struct moment_row *row, bool threads)
{
    if (!threads || row->process->n_tasks < 2)
        return TREE_NONE;
    return next_extra(row, row->process->first_task);
}

bool tree_line_next(const struct moment *m, bool threads, struct tree_line *line)
{
    const struct moment_row *row = &m->rows[line->row];
    line->task =
        line->task == TREE_NONE ? first_extra(row, threads) : next_extra(row, line->task + 1);
    if (line->task != TREE_NONE)
        return true;
    return ++line->row < m->n_rows;
}

size_t tree_line_of_row(const struct moment *m, bool threads, size_t row)
{
    if (!threads)
        return row;
    struct tree_line line = {0, TREE_NONE};
    size_t index = 0;
    while (line.row < row) {
        tree_line_next(m, threads, &line);
        index++;
    }
    return index;
}

size_t tree_line_count(const struct moment *m, bool threads)
{
    return tree_line_of_row(m, threads, m->n_rows);
}

bool tree_line_at(const struct moment *m, bool threads, size_t index, struct tree_line *line)
{
    *line = (struct tree_line){threads ? 0 : index, TREE_NONE};
    if (line->row >= m->n_rows)
        return false;
    for (size_t i = 0; threads && i < index; i++)
        if (!tree_line_next(m, threads, line))
            return false;
    return true;
}

int tree_lines_shown(struct rect area, size_t total, const struct view_state *state, int *first)
{
    bool has_frame = area.rows >= 3 && area.cols >= 4;
    int rows = has_frame ? area.rows - 2 : area.rows;
    bool has_heads = rows >= 3;
    rows -= has_heads;
    *first = has_frame + has_heads;
    int most = state->projector && rows > PROJECTOR_LINES ? PROJECTOR_LINES : rows;
    if (total <= (size_t)most)
        return (int)total;
    bool has_spare_row = rows > most || most == 1; /* for what is not shown */
    return has_spare_row ? most : most - 1;
}
