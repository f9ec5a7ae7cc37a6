/* What is going on, in sentences; and what the lab says of itself. */
#include "view/panel.h"
#include "view/words.h"

#include "model/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int draw_narration(struct grid *g, struct rect in, const struct view_input *input,
                          const struct view_state *state)
{
    const struct narration *n = input->narration;
    if (!n || !n->text || !*n->text)
        return 0;
    int half = in.rows > 2 ? in.rows / 2 : 1;
    struct rect part = in;
    part.rows = grid_wrapped_rows(in.cols, n->text);
    if (part.rows > half)
        part.rows = half;
    (void)state;
    return grid_wrapped(g, part, 0, ROLE_TITLE, n->text);
}

/* The selected process, while it lives. */
static const struct process *selected_process(const struct moment *m,
                                              const struct view_state *state)
{
    size_t row = view_selected_row(m, state);
    if (row == TREE_NONE || m->rows[row].snapshot != m->now)
        return NULL;
    return m->rows[row].process;
}

static void draw_sentences(struct grid *g, struct rect in, int row, const struct moment *m,
                           const struct view_state *state)
{
    char *text = explain_moment(m, selected_process(m, state));
    if (text && state->ascii) {
        char *spelled = words_spell_lanes(text);
        free(text);
        text = spelled;
    }
    if (!text)
        grid_text(g, in, row, 0, ROLE_LABEL, 0, "(out of memory)");
    else
        grid_wrapped(g, in, row, ROLE_TEXT, *text ? text : "Nothing stands out.");
    free(text);
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    const struct narration *n = input->narration;
    const char *title = n && n->title && *n->title ? n->title : "What is going on";
    struct rect in = grid_frame(g, area, ROLE_FRAME, title);
    if (in.cols > 40) { /* air beside the text */
        in.col++;
        in.cols -= 2;
    }
    int row = draw_narration(g, in, input, state);
    if (input->program_ended && !input->screen && row + 1 < in.rows)
        row += grid_printf(g, in, row, 0, ROLE_GONE, CELL_BOLD, "The program has ended: %s.",
                           input->program_ended) > 0;
    draw_sentences(g, in, row, input->moment, state);
}

const struct panel panel_strip = {.place = PLACE_STRIP, .draw = draw};
