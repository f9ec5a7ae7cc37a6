/* What is going on, in sentences; and what the lab says of itself. */
#include "view/panel.h"
#include "view/words.h"

#include "model/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The selected process, while it lives. */
static const struct process *selected_process(const struct moment *m,
                                              const struct view_state *state)
{
    size_t row = view_selected_row(m, state);
    if (row == TREE_NONE || m->rows[row].snapshot != m->now)
        return NULL;
    return m->rows[row].process;
}

/* explain_moment()'s sentences, malloc'ed; NULL when out of memory. */
static char *say_sentences(const struct moment *m, const struct view_state *state)
{
    char *text = explain_moment(m, selected_process(m, state));
    if (text && state->ascii) {
        char *spelled = words_spell_lanes(text);
        free(text);
        text = spelled;
    }
    if (text && !*text) {
        free(text);
        text = strdup("Nothing stands out.");
    }
    return text;
}

/*
 * The lab's words get the rows that the sentences leave, but never less than half. Returns the rows
 * taken.
 */
static int draw_narration(struct grid *g, struct rect in, const char *text, int sentence_rows)
{
    int half = in.rows > 2 ? in.rows / 2 : 1;
    int most = in.rows - sentence_rows > half ? in.rows - sentence_rows : half;
    struct rect part = in;
    part.rows = grid_wrapped_rows(in.cols, text);
    if (part.rows > most)
        part.rows = most;
    return grid_wrapped(g, part, 0, ROLE_TITLE, text);
}

/* The picture stands: how far back it is, and how one gets on. Returns the rows taken. */
static int draw_paused(struct grid *g, struct rect in, const struct view_input *input,
                       const struct view_state *state)
{
    bool is_end = input->has_ended && input->back == 0;
    const char *what = is_end                            ? "The end of the recording"
                       : input->is_oldest && input->back ? "The oldest that is kept"
                                                         : "The picture stands still";
    const char *next = is_end && state->ascii ? "<- goes back, Home to the oldest"
                       : is_end               ? "← goes back, Home to the oldest"
                       : input->is_replay     ? "Space plays on from here"
                                              : "End or space goes back to live";
    char text[160], back[48] = "";
    if (input->back > 0)
        snprintf(back, sizeof back, ", %.1f s before the newest", (double)input->back_ns / 1e9);
    snprintf(text, sizeof text, "%s%s. %s.", what, back, next);
    return grid_wrapped(g, in, 0, ROLE_PAUSED, text);
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    const struct narration *n = input->narration;
    const char *title = n && n->title && *n->title ? n->title : "What is going on";
    bool has_words = n && (!state->paused || n->is_of_past);
    struct rect in =
        grid_frame(g, area, ROLE_FRAME, state->paused && !has_words ? "Paused" : title);
    if (in.cols > 40) { /* air beside the text */
        in.col++;
        in.cols -= 2;
    }
    char *sentences = say_sentences(input->moment, state);
    const char *text = sentences ? sentences : "(out of memory)";
    int row = state->paused && !has_words ? draw_paused(g, in, input, state) : 0;
    if (has_words && n->text && *n->text)
        row = draw_narration(g, in, n->text, grid_wrapped_rows(in.cols, text));
    if (input->program_ended && !input->screen && row + 1 < in.rows)
        row += grid_printf(g, in, row, 0, ROLE_GONE, CELL_BOLD, "The program has ended: %s.",
                           input->program_ended) > 0;
    grid_wrapped(g, in, row, ROLE_TEXT, text);
    free(sentences);
}

const struct panel panel_strip = {.place = PLACE_STRIP, .draw = draw};
