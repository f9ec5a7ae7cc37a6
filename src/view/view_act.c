/* What a key changes in the view: selection, subject, modes, search. */
#include "view/panel.h"
#include "view/words.h"

#include "model/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t view_selected_row(const struct moment *m, const struct view_state *state)
{
    if (state->selected_pid == 0)
        return TREE_NONE;
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct process *p = m->rows[i].process;
        if (p->pid == state->selected_pid && p->start_ticks == state->selected_start)
            return i;
    }
    return TREE_NONE;
}

static void select_row(struct view_state *state, const struct moment *m, size_t row)
{
    const struct process *p = m->rows[row].process;
    if (p->pid != state->selected_pid || p->start_ticks != state->selected_start)
        state->subject_top = 0;
    state->selected_pid = p->pid;
    state->selected_start = p->start_ticks;
    state->follow = true; /* or one would select what is out of sight */
    state->has_chosen = true;
}

/*
 * `by` rows down (up when negative), not beyond the ends. With nothing selected the first row shown
 * is.
 */
static void move_selection(struct view_state *state, const struct moment *m, long by)
{
    if (m->n_rows == 0)
        return;
    size_t row = view_selected_row(m, state);
    if (row == TREE_NONE) {
        struct tree_line line;
        bool is_there = tree_line_at(m, state->show_threads,
                                     state->tree_top > 0 ? (size_t)state->tree_top : 0, &line);
        select_row(state, m, is_there ? line.row : 0);
        return;
    }
    long wanted = (long)row + by;
    long last = (long)m->n_rows - 1;
    select_row(state, m, (size_t)(wanted < 0 ? 0 : wanted > last ? last : wanted));
}

static void show_subject(struct view_state *state, int subject)
{
    if (!panel_of_subject(subject))
        return;
    if (subject != state->subject)
        state->subject_top = 0;
    state->subject = subject;
    state->big_output = false;
}

static void scroll(struct view_state *state, int by)
{
    int *top = state->show_help ? &state->help_top : &state->subject_top;
    *top += by; /* kept in range when it is drawn */
}

/* What the steps of time are is the timeline's business: it keeps the zoom in range, too. */
static void zoom(struct view_state *state, int by)
{
    if (panel_of_subject(state->subject) != &panel_timeline)
        snprintf(state->message, sizeof state->message, "4 shows the timeline, which z zooms");
    else
        state->zoom += by;
}

bool view_act(struct view_state *state, const struct view_input *in, enum action action)
{
    const struct moment *m = in->moment;
    switch (action) {
    case ACT_UP:
    case ACT_DOWN:
        if (state->show_help)
            scroll(state, action == ACT_UP ? -1 : 1);
        else
            move_selection(state, m, action == ACT_UP ? -1 : 1);
        return true;
    case ACT_PAGE_UP:
        move_selection(state, m, -10);
        return true;
    case ACT_PAGE_DOWN_ROWS:
        move_selection(state, m, 10);
        return true;
    case ACT_HOME:
    case ACT_END:
        if (m->n_rows > 0)
            select_row(state, m, action == ACT_HOME ? 0 : m->n_rows - 1);
        return true;
    case ACT_SCROLL_UP:
        scroll(state, -1);
        return true;
    case ACT_SCROLL_DOWN:
        scroll(state, 1);
        return true;
    case ACT_ZOOM_IN:
        zoom(state, -1);
        return true;
    case ACT_ZOOM_OUT:
        zoom(state, 1);
        return true;
    case ACT_SUBJECT_1:
    case ACT_SUBJECT_2:
    case ACT_SUBJECT_3:
    case ACT_SUBJECT_4:
    case ACT_SUBJECT_5:
        show_subject(state, (int)action - (int)ACT_SUBJECT_1 + 1);
        return true;
    case ACT_THREADS:
        state->show_threads = !state->show_threads;
        return true;
    case ACT_PROJECTOR:
        state->projector = !state->projector;
        return true;
    case ACT_FOLLOW:
        state->follow = !state->follow;
        snprintf(state->message, sizeof state->message, "follow %s", state->follow ? "on" : "off");
        return true;
    case ACT_OUTPUT:
        state->big_output = in->screen && !state->big_output;
        return true;
    case ACT_SEARCH:
        state->is_searching = true;
        state->search[0] = '\0';
        return true;
    case ACT_SEARCH_AGAIN:
        view_search(state, in);
        return true;
    case ACT_HELP:
        state->show_help = !state->show_help;
        state->help_top = 0;
        return true;
    default:
        return false;
    }
}

void view_click(struct view_state *state, const struct view_input *in, int rows, int cols, int row,
                int col)
{
    struct view_layout l;
    struct tree_line line;
    view_layout(rows, cols, state, in->screen != NULL, &l);
    if (state->show_help || row < l.tree.row || row >= l.tree.row + l.tree.rows ||
        col < l.tree.col || col >= l.tree.col + l.tree.cols)
        return;
    size_t total = tree_line_count(in->moment, state->show_threads);
    int first;
    int shown = tree_lines_shown(l.tree, total, state, &first);
    int n = row - l.tree.row - first;
    if (n < 0 || n >= shown || state->tree_top < 0)
        return;
    if (tree_line_at(in->moment, state->show_threads, (size_t)state->tree_top + (size_t)n, &line))
        select_row(state, in->moment, line.row);
}

/* ---- what a lab asks for ----------------------------------------------------------------- */

#define SUBJECT_MEMORY ((int)ACT_SUBJECT_2 - (int)ACT_SUBJECT_1 + 1)
#define SUBJECT_DETAIL ((int)ACT_SUBJECT_5 - (int)ACT_SUBJECT_1 + 1)

static const struct process *living(const struct moment *m, pid_t pid)
{
    const struct process *p = pid > 0 ? snapshot_find(m->now, pid) : NULL;
    return p && !process_is_zombie(p) ? p : NULL;
}

/* A region without bytes points at a process itself, as a scenario's step does. */
static bool points_at_process(const struct view_input *in)
{
    const struct narrated_region *region = &in->narration->region;
    return region->bytes == 0 && living(in->moment, region->pid);
}

/*
 * Whom a subject shows that is about one process: of memory the one whose region was stated, while
 * it lives; else whoever is selected; else the lab itself. NULL: nobody is there.
 */
static const struct process *subject_process(const struct view_state *state,
                                             const struct view_input *in)
{
    const struct moment *m = in->moment;
    const struct process *stated = living(m, in->narration->region.pid);
    const struct process *selected = living(m, state->selected_pid);
    if (stated && (state->subject == SUBJECT_MEMORY || points_at_process(in)))
        return stated;
    if (selected && selected->start_ticks == state->selected_start)
        return selected;
    return m->n_rows > 0 ? living(m, m->rows[0].process->pid) : NULL;
}

static bool select_for_subject(struct view_state *state, const struct view_input *in)
{
    bool is_about_one = state->subject == SUBJECT_MEMORY || state->subject == SUBJECT_DETAIL ||
                        points_at_process(in);
    const struct process *p = is_about_one ? subject_process(state, in) : NULL;
    if (!p || state->has_chosen ||
        (state->selected_pid == p->pid && state->selected_start == p->start_ticks))
        return false;
    state->selected_pid = p->pid;
    state->selected_start = p->start_ticks;
    state->subject_top = 0;
    return true;
}

bool view_follow_lab(struct view_state *state, const struct view_input *in)
{
    const struct narration *n = in->narration;
    if (!n || !in->moment)
        return false;
    bool has_begun = n->n_begun != state->n_begun;
    if (has_begun) {
        state->n_begun = n->n_begun;
        if (!state->keeps_subject)
            show_subject(state, n->subject);
        /* Who was chosen in an act that is over may have gone with it. */
        const struct process *chosen = snapshot_find(in->moment->now, state->selected_pid);
        if (!chosen || chosen->start_ticks != state->selected_start)
            state->has_chosen = false;
    }
    bool has_selected = select_for_subject(state, in);
    return has_begun || has_selected;
}

void view_wish(const struct view_state *state, const struct narration *narration,
               struct source_wish *wish)
{
    *wish = (struct source_wish){0};
    if (state->subject == SUBJECT_DETAIL)
        wish->detail_pid = state->selected_pid;
    if (state->subject != SUBJECT_MEMORY)
        return;
    wish->memory_pid = state->selected_pid;
    if (narration && narration->region.pid > 0) {
        /* Of another process, too: its kin has it at the same address. */
        wish->region_start = narration->region.start;
        wish->region_bytes = narration->region.bytes;
    }
}

/* ---- search -------------------------------------------------------------------------------- */

static bool row_matches(const struct moment_row *row, const char *wanted)
{
    char pid[WORDS_NUMBER], name[WORDS_NAME], args[1024];
    snprintf(pid, sizeof pid, "%d", (int)row->process->pid);
    words_name(row->snapshot, row->process, name, sizeof name);
    words_args(row->snapshot, row->process, 0, args, sizeof args);
    return strstr(pid, wanted) || strcasestr(name, wanted) || strcasestr(args, wanted);
}

bool view_search(struct view_state *state, const struct view_input *in)
{
    const struct moment *m = in->moment;
    size_t selected = view_selected_row(m, state);
    size_t start = selected == TREE_NONE ? 0 : selected + 1;
    state->message[0] = '\0';
    if (!*state->search)
        return false;
    for (size_t i = 0; i < m->n_rows; i++) {
        size_t row = (start + i) % m->n_rows;
        if (row_matches(&m->rows[row], state->search)) {
            select_row(state, m, row);
            return true;
        }
    }
    snprintf(state->message, sizeof state->message, "no match for %s", state->search);
    return false;
}
