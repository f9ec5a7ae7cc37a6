/*
 * theme.h - what a role looks like on this terminal: colours and attributes.
 *
 * The palette is Okabe and Ito's, which people with any of the usual colour
 * deficiencies can tell apart; no meaning is carried by colour alone (a full
 * pipe says FULL). Never the background, except by reversing: it is the person's.
 */
#ifndef PROCLAB_UI_THEME_H
#define PROCLAB_UI_THEME_H

#include "view/grid.h"

#include <curses.h>

enum theme_kind { THEME_DARK, THEME_LIGHT, THEME_MONO, THEME_COUNT };

struct theme {
    enum theme_kind kind;
    attr_t attributes[ROLE_COUNT];
    short pairs[ROLE_COUNT];
    short ansi_pairs[16]; /* the watched program's own colours */
};

/* What fits this terminal: mono by NO_COLOR or where it has no colours; light where COLORFGBG says so. */
enum theme_kind theme_first(void);
/* The next that this terminal can show. */
enum theme_kind theme_after(enum theme_kind kind);
const char *theme_name(enum theme_kind kind);

/* Fill it; is_projector: bold, and nothing in grey. Curses has been started. */
void theme_set(struct theme *theme, enum theme_kind kind, bool is_projector);

#endif
