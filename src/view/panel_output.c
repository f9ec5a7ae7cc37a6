/* The program's own screen, as it was written to its pseudo-terminal. */
#include "view/panel.h"

#include "model/screen.h"

#include <stdio.h>

static struct cell cell_of(const struct screen_cell *c)
{
    unsigned flags = (c->is_bold ? CELL_BOLD : 0) | (c->is_reverse ? CELL_REVERSE : 0) |
                     (c->is_underlined ? CELL_UNDERLINE : 0);
    return (struct cell){.rune = c->rune ? c->rune : ' ',
                         .role = ROLE_TEXT,
                         .flags = (uint8_t)flags,
                         .color = (int8_t)(c->color >= 0 && c->color < 16 ? c->color : -1)};
}

static void draw_row(struct grid *g, struct rect in, int y, const struct screen *s, int row)
{
    const struct screen_cell *cells = &s->cells[(size_t)row * (size_t)s->cols];
    for (int col = 0; col < s->cols && col < in.cols; col++) {
        grid_put(g, in, y, col, cell_of(&cells[col]));
        if (cells[col].width == 2)
            col++; /* its right half was put with it */
    }
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    const struct screen *s = input->screen;
    char title[96];
    snprintf(title, sizeof title, "Output%s%s%s%s", input->back > 0 ? " · as it is now" : "",
             input->program_ended ? " · program ended: " : "",
             input->program_ended ? input->program_ended : "",
             state->is_typing ? " · the keyboard is the program's" : "");
    struct rect in = grid_frame(g, area, state->is_typing ? ROLE_KEY : ROLE_FRAME, title);
    /* A screen taller than the pane (it was resized a moment ago): the part with the cursor. */
    int first = s->rows > in.rows ? s->cursor_row - in.rows + 1 : 0;
    if (first > s->rows - in.rows)
        first = s->rows - in.rows;
    if (first < 0)
        first = 0;
    for (int y = 0; y < in.rows && first + y < s->rows; y++)
        draw_row(g, in, y, s, first + y);
    if (s->cursor_row >= first && s->cursor_col >= 0 && !input->program_ended) {
        struct rect cursor = {in.row + s->cursor_row - first, in.col + s->cursor_col, 1, 1};
        if (s->cursor_row - first < in.rows && s->cursor_col < in.cols)
            grid_mark_row(g, cursor, 0, CELL_REVERSE);
    }
}

const struct panel panel_output = {.place = PLACE_OUTPUT, .draw = draw};
