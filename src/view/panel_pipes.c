/*
 * 1 Pipes: where is the data stuck, and who holds which end.
 *
 * All lanes, if they fit; or all in fewer rows each; or a part of them, to be scrolled,
 * with those first that matter most.
 */
#include "view/lane.h"
#include "view/panel.h"

#include <stdio.h>
#include <stdlib.h>

/* How all lanes are shown. */
struct plan {
    bool is_compact;
    bool fits;    /* all of them are in sight */
    bool has_gap; /* an empty row between two */
};

/* Rows that all lanes need; counted no further than beyond `most`. */
static int rows_needed(struct rect in, const struct moment *m, bool is_compact,
                       const struct view_state *state)
{
    int rows = 0;
    for (size_t i = 0; i < m->pipes.n && rows <= in.rows; i++)
        rows += lane_draw(NULL, in, 0, m, i, is_compact, state);
    return rows;
}

static struct plan make_plan(struct rect in, const struct moment *m, const struct view_state *state)
{
    if (state->projector && m->pipes.n > PROJECTOR_LINES)
        return (struct plan){.is_compact = true};
    int rows = rows_needed(in, m, false, state);
    if (rows <= in.rows)
        return (struct plan){.fits = true, .has_gap = rows + (int)m->pipes.n - 1 <= in.rows};
    rows = rows_needed(in, m, true, state);
    return (struct plan){.is_compact = true, .fits = rows <= in.rows};
}

/*
 * By number; where not all fit, first those that withhold EOF, then those of the selected process; among these,
 * and among the rest, those between processes before those within one.
 * (Not the full ones: full comes and goes many times a second, and the lanes would dance.)
 */
struct order {
    size_t lane;
    int rank, number;
};

static int compare_order(const void *a, const void *b)
{
    const struct order *p = a, *q = b;
    if (p->rank != q->rank)
        return p->rank < q->rank ? -1 : 1;
    return (p->number > q->number) - (p->number < q->number);
}

static struct order *sort_lanes(const struct moment *m, bool fits, const struct view_state *state)
{
    struct order *order = calloc(m->pipes.n, sizeof *order);
    for (size_t i = 0; order && i < m->pipes.n; i++) {
        const struct pipe_lane *lane = &m->pipes.lanes[i];
        int rank = 0;
        if (lane->condition != PIPE_EOF_WITHHELD)
            rank = (lane_is_selected(m, lane, state) ? 1 : 3) + pipe_is_private(lane);
        order[i] = (struct order){i, fits ? 0 : rank, lane->number};
    }
    if (order)
        qsort(order, m->pipes.n, sizeof *order, compare_order);
    return order;
}

static void say_hidden(char *text, size_t len, const struct moment *m, const struct order *order,
                       size_t first, size_t end)
{
    static const enum pipe_condition worth[] = {PIPE_EOF_WITHHELD, PIPE_FULL, PIPE_NO_READER};
    int used = 0;
    text[0] = '\0';
    for (size_t w = 0; w < sizeof worth / sizeof *worth; w++) {
        int n = 0;
        for (size_t i = 0; i < m->pipes.n; i++)
            n += (i < first || i >= end) && m->pipes.lanes[order[i].lane].condition == worth[w];
        if (n > 0)
            used += snprintf(text + used, len - (size_t)used, "%s%d %s", used ? ", " : "", n,
                             pipe_condition_name(worth[w]));
    }
}

static void draw_lanes(struct grid *g, struct rect in, const struct moment *m,
                       const struct order *order, struct plan plan, struct view_state *state)
{
    struct rect list = in;
    list.rows -= plan.fits ? 0 : 1;
    view_clamp_scroll(&state->subject_top, m->pipes.n, 1);
    size_t first = plan.fits ? 0 : (size_t)state->subject_top, i = first;
    size_t most = state->projector ? PROJECTOR_LINES : m->pipes.n;
    for (int row = 0; i < m->pipes.n && i - first < most && row < list.rows; i++) {
        int rows = lane_draw(NULL, list, row, m, order[i].lane, plan.is_compact, state);
        if (i > first && row + rows > list.rows)
            break; /* never half a lane, but for the first */
        lane_draw(g, list, row, m, order[i].lane, plan.is_compact, state);
        row += rows + plan.has_gap;
    }
    if (!plan.fits) {
        char note[96];
        say_hidden(note, sizeof note, m, order, first, i);
        view_draw_more(g, in, in.rows - 1, first, m->pipes.n - i, note);
    }
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    const struct moment *m = input->moment;
    char title[64];
    snprintf(title, sizeof title, m->pipes.n > 1 ? "1 Pipes · %zu" : "1 Pipes", m->pipes.n);
    struct rect in = grid_frame(g, area, ROLE_FRAME, title);
    if (m->pipes.n == 0) {
        grid_wrapped(g, in, 0, ROLE_LABEL, "No pipe, FIFO or socketpair is open here.");
        return;
    }
    struct plan plan = make_plan(in, m, state);
    struct order *order = sort_lanes(m, plan.fits, state);
    if (order)
        draw_lanes(g, in, m, order, plan, state);
    free(order);
}

const struct panel panel_pipes = {.place = PLACE_SUBJECT, .action = ACT_SUBJECT_1, .draw = draw};
