/*
 * panel.h - what a panel is, and what the panels share. Private to src/view.
 */
#ifndef PROCLAB_VIEW_PANEL_H
#define PROCLAB_VIEW_PANEL_H

#include "view/grid.h"
#include "view/view.h"

#include "model/history.h"

enum panel_place { PLACE_TREE, PLACE_SUBJECT, PLACE_OUTPUT, PLACE_STRIP, PLACE_ALL };

struct panel {
    enum panel_place place;
    enum action action; /* the key that shows it; ACT_NONE where it has a place of its own */
    /*
     * Draw into area, the frame included, which is at least 1x1. Adjusts only scroll positions in
     * *state.
     */
    void (*draw)(struct grid *g, struct rect area, const struct view_input *in,
                 struct view_state *state);
};

extern const struct panel panel_tree, panel_pipes, panel_memory, panel_switches, panel_timeline,
    panel_detail, panel_output, panel_strip, panel_help;

/* The panel shown for a subject, NULL if there is none with that number. */
const struct panel *panel_of_subject(int subject);

/* The bar on top, and the line of keys. */
void view_draw_bar(struct grid *g, struct rect area, const struct view_input *in,
                   const struct view_state *state);
void view_draw_keys(struct grid *g, struct rect area, const struct view_input *in,
                    const struct view_state *state);

/* From afar more lines than this are not read. */
enum { PROJECTOR_LINES = 7 };

/* Index in moment.rows of the selected process; TREE_NONE when it is not there. */
size_t view_selected_row(const struct moment *m, const struct view_state *state);

/* Clamp *top so that a window of `shown` out of `total` is filled. */
void view_clamp_scroll(int *top, size_t total, int shown);
/*
 * The first row shown of such a list, of which row `anchor` (TREE_NONE: none is) is to be in sight
 * unless the person scrolls: *offset is how far from there, and is clamped likewise.
 */
int view_scroll_from(int *offset, size_t total, int shown, size_t anchor);
/*
 * In the last row of a list: "↑ 2  ↓ 12 more" and what else is worth knowing of what is not shown.
 * Draws nothing when all is.
 */
void view_draw_more(struct grid *g, struct rect area, int row, size_t above, size_t below,
                    const char *note);

/* ---- the lines of the tree panel: processes and, below each, its threads ------- */

struct tree_line {
    size_t row;  /* in moment.rows */
    size_t task; /* in that row's snapshot.tasks; TREE_NONE: the process itself */
};

size_t tree_line_count(const struct moment *m, bool threads);
/* The line with this index; false when there is none. */
bool tree_line_at(const struct moment *m, bool threads, size_t index, struct tree_line *line);
/* The one after it; false at the end. */
bool tree_line_next(const struct moment *m, bool threads, struct tree_line *line);
/* The index of a process's line. */
size_t tree_line_of_row(const struct moment *m, bool threads, size_t row);
/*
 * How many lines of the tree panel are shown in area, and in which row of it the first one stands.
 */
int tree_lines_shown(struct rect area, size_t total, const struct view_state *state, int *first);

#endif
