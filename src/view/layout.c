/*
 * How a screen is shared out: by its size and the person's choices alone, never by what is shown.
 */
#include "view/panel.h"

enum {
    OUTPUT_MIN_ROWS = 18,   /* below this there is no room for the program's pane */
    OUTPUT_MIN_COLS = 20,   /* nor below this */
    SIDE_BY_SIDE_COLS = 64, /* tree and subject */
    STACKED_ROWS = 26,      /* else one above the other, from here on */
};

static int strip_inner_rows(int rows)
{
    static const struct {
        int below, inner;
    } steps[] = {{7, 0}, {9, 1}, {11, 2}, {22, 3}, {32, 4}, {44, 5}};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        if (rows < steps[i].below)
            return steps[i].inner;
    return 6;
}

static int output_inner_rows(int rows)
{
    return rows < 24 ? 4 : 4 + (rows - 24) * 2 / 5;
}

static struct rect inside(struct rect area)
{
    if (area.rows < 3 || area.cols < 4)
        return area;
    return (struct rect){area.row + 1, area.col + 1, area.rows - 2, area.cols - 2};
}

/* The bar, the strip with the keys in its lower border; what is left goes to *middle. */
static void place_edges(int rows, int cols, struct view_layout *l, struct rect *middle)
{
    int inner = strip_inner_rows(rows);
    int strip = inner ? inner + 2 : 0;
    int keys = !inner && rows >= 4 ? 1 : 0;
    l->bar = (struct rect){0, 0, 1, cols};
    l->strip = (struct rect){rows - strip, 0, strip, cols};
    if (inner && cols >= 4)
        l->keys = (struct rect){rows - 1, 1, 1, cols - 2};
    else if (keys)
        l->keys = (struct rect){rows - 1, 0, 1, cols};
    *middle = (struct rect){1, 0, rows - 1 - strip - keys, cols};
}

static int tree_cols(int cols, const struct view_state *state)
{
    if (cols < 100)
        return (cols + 1) / 2;
    return state->projector ? cols * 2 / 5 : cols * 9 / 20;
}

/*
 * The program's pane takes the side of the subject, or most of the height where the screen is
 * narrow.
 */
static void place_big_output(struct rect middle, struct view_layout *l)
{
    l->tree = l->output = middle;
    if (middle.cols >= 124) { /* leaves a program 80 columns */
        l->tree.cols = middle.cols - 82 > 60 ? 60 : middle.cols - 82;
        l->output.col += l->tree.cols;
        l->output.cols -= l->tree.cols;
    } else {
        l->tree.rows = middle.rows / 3 < 4 ? 4 : middle.rows / 3;
        l->output.row += l->tree.rows;
        l->output.rows -= l->tree.rows;
    }
}

static void place_tree_and_subject(struct rect middle, const struct view_state *state,
                                   struct view_layout *l)
{
    l->tree = middle;
    if (middle.cols >= SIDE_BY_SIDE_COLS) {
        l->subject = middle;
        l->tree.cols = tree_cols(middle.cols, state);
        l->subject.col = l->tree.cols;
        l->subject.cols -= l->tree.cols;
    } else if (middle.rows >= STACKED_ROWS - 6) {
        l->subject = middle;
        l->tree.rows = middle.rows * 2 / 5;
        l->subject.row += l->tree.rows;
        l->subject.rows -= l->tree.rows;
    }
}

void view_layout(int rows, int cols, const struct view_state *state, bool has_output,
                 struct view_layout *out)
{
    struct rect middle;
    *out = (struct view_layout){0};
    place_edges(rows, cols, out, &middle);
    if (middle.rows <= 0)
        return;
    bool output = has_output && rows >= OUTPUT_MIN_ROWS && cols >= OUTPUT_MIN_COLS;
    if (output && state->big_output) {
        place_big_output(middle, out);
    } else {
        if (output) {
            int height = output_inner_rows(rows) + 2;
            middle.rows -= height;
            out->output = (struct rect){middle.row + middle.rows, 0, height, cols};
        }
        place_tree_and_subject(middle, state, out);
    }
    if (output)
        out->output_inside = inside(out->output);
}
