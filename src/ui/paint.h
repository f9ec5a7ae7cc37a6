/*
 * paint.h - a grid of cells onto the terminal, by curses.
 */
#ifndef PROCLAB_UI_PAINT_H
#define PROCLAB_UI_PAINT_H

#include "view/grid.h"

#include <stdbool.h>

struct theme;

struct painter {
    struct grid shown; /* what curses has been told */
    bool is_stale;     /* all of it must be told again */
};

void painter_init(struct painter *p);
void painter_fini(struct painter *p);
/* The size, the theme or the screen has changed: paint every cell the next time. */
void painter_invalidate(struct painter *p);

/*
 * Show g; only the cells that differ from the last time are touched. The cursor goes to cursor_row,
 * cursor_col, or is hidden if cursor_row is -1. 0 or -ENOMEM.
 */
int painter_paint(struct painter *p, const struct grid *g, const struct theme *theme,
                  int cursor_row, int cursor_col);

#endif
