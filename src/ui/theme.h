/*
 * theme.h - a palette (view/palette.h) on this terminal: which of them it can show, and what a
 * cell's look is in curses.
 */
#ifndef PROCLAB_UI_THEME_H
#define PROCLAB_UI_THEME_H

#include "view/palette.h"

#include <curses.h>
#include <stdbool.h>

struct theme {
    enum palette_kind kind; /* as the person chose: dark, light or mono */
    const struct palette *palette;
    bool is_strong;               /* for a projector: everything bold, nothing dim */
    short role_pairs[ROLE_COUNT]; /* 0: the terminal's own colours */
    short ansi_pairs[16];         /* the watched program's own */
};

/*
 * What fits this terminal: mono by NO_COLOR or where it has no colours; light where COLORFGBG says
 * so.
 */
enum palette_kind theme_first(void);
/* The next that this terminal can show. */
enum palette_kind theme_after(enum palette_kind kind);

/* Fill it; is_projector: strong contrast. Curses has been started. */
void theme_set(struct theme *theme, enum palette_kind kind, bool is_projector);

attr_t theme_attributes(const struct theme *theme, const struct cell *cell);
short theme_pair(const struct theme *theme, const struct cell *cell);

#endif
