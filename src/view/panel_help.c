/* The keys, from the table that makes them work, and what the signs mean. */
#include "view/panel.h"

#include <stdio.h>

static const struct {
    const char *sign, *meaning;
    enum role role;
} signs[] = {
    {"+", "new: forked a moment ago", ROLE_NEW},
    {"»", "exec'ed a moment ago: the same PID, another program", ROLE_NEW},
    {"◇", "orphan: its parent ended, and another process adopted it", ROLE_NEW},
    {"○", "outside the watched tree, but it holds one of its pipes", ROLE_LABEL},
    {"✝", "ended; its exit status or signal stands beside it", ROLE_GONE},
    {"Z", "zombie: ended, but its parent has not yet waited for it", ROLE_GONE},
    {"▸", "the selected process, and the pipes that it holds", ROLE_TITLE},
    {"① w: sh 47/1", "pipe 1; a write end is held by sh, PID 47, as its fd 1", ROLE_TEXT},
    {"▄ 5", "timeline: on a CPU half of the time, by eighths; in ASCII by tenths", ROLE_RUNNING},
    {"w r c f s", "timeline: pipe write, read, a child, futex, sleep; the panel names more",
     ROLE_TEXT},
    {"┬", "timeline: a fork, and + its child, » an exec, ✝ an end", ROLE_NEW},
    {"VOL INV", "switches a second: it gave the CPU up; it was taken away", ROLE_LABEL},
    {"CPU%", "of one CPU, by its tasks' run times in the last second or so", ROLE_LABEL},
    {"sampled", "seen at intervals: what lived in between may be missing", ROLE_LABEL},
    {"estimate", "from the I/O counts of a process with one stream only", ROLE_LABEL},
    {"≤", "a bound: the process has other streams, too", ROLE_LABEL},
};

#define SIDE_BY_SIDE_COLS 110 /* keys on the left, signs on the right */

#define N_SIGNS (sizeof signs / sizeof *signs)

/* Rows above or below the panel are left out. Returns the row after it. */
static int help_line(struct grid *g, struct rect in, int row, enum role role, const char *left,
                     const char *right)
{
    int column = 10;
    int left_end = grid_text_width(left) + 3;
    struct rect text = in;
    text.col += left_end > column ? left_end : column;
    text.cols -= text.col - in.col + 1;
    grid_clipped(g, in, row, 1, in.cols - 2, role, CELL_BOLD, left);
    if (text.cols < 8)
        return row + 1;
    grid_wrapped(g, text, row, ROLE_TEXT, right);
    return row + grid_wrapped_rows(text.cols, right);
}

static int help_keys(struct grid *g, struct rect in, int row, const struct view_state *state)
{
    for (size_t i = 0; i < view_n_key_bindings; i++) {
        const struct key_binding *b = &view_key_bindings[i];
        const char *keys = state->ascii && b->ascii ? b->ascii : b->keys;
        if (keys)
            row = help_line(g, in, row, ROLE_KEY, keys, b->help);
    }
    return row;
}

static int help_signs(struct grid *g, struct rect in, int row)
{
    for (size_t i = 0; i < N_SIGNS; i++)
        row = help_line(g, in, row, signs[i].role, signs[i].sign, signs[i].meaning);
    return row;
}

/* Returns the row after the last one. */
static int help_lines(struct grid *g, struct rect in, int row, const struct view_state *state)
{
    if (in.cols < SIDE_BY_SIDE_COLS)
        return help_signs(g, in, help_keys(g, in, row, state) + 1);
    struct rect left = in, right = in;
    left.cols = in.cols * 3 / 5;
    right.col += left.cols;
    right.cols -= left.cols;
    int left_end = help_keys(g, left, row, state);
    int right_end = help_signs(g, right, row);
    return left_end > right_end ? left_end : right_end;
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    (void)input;
    struct rect in = grid_frame(g, area, ROLE_FRAME, "Keys and signs");
    size_t total = (size_t)(help_lines(g, in, in.rows, state) - in.rows); /* below: only counted */
    bool fit = total <= (size_t)in.rows || in.rows < 2;
    struct rect list = in;
    list.rows = fit ? in.rows : in.rows - 1;
    view_clamp_scroll(&state->help_top, total, list.rows);
    help_lines(g, list, -state->help_top, state);
    if (!fit) {
        size_t above = (size_t)state->help_top;
        view_draw_more(g, in, in.rows - 1, above, total - above - (size_t)list.rows,
                       "↑ ↓ scroll, ? closes");
    }
}

const struct panel panel_help = {.place = PLACE_ALL, .action = ACT_HELP, .draw = draw};
