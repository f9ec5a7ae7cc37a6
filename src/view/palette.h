/*
 * palette.h - what a role looks like: colours and attributes, as data. Whoever paints
 * (a terminal, an exported picture) turns them into his own.
 *
 * The hues are Okabe and Ito's, which people with any of the usual colour
 * deficiencies can tell apart; no meaning is carried by colour alone (a full
 * pipe says FULL). The background is never set, except by reversing: it is the person's.
 */
#ifndef PROCLAB_VIEW_PALETTE_H
#define PROCLAB_VIEW_PALETTE_H

#include "view/grid.h"

#include <stddef.h>
#include <stdint.h>

/* A colour of the 256, and the nearest of the first 8; -1: the terminal's own. */
struct ink {
    int16_t of_256;
    int8_t of_8;
};

enum look_attributes { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_REVERSE = 4, LOOK_UNDERLINE = 8 };

struct look {
    struct ink ink;
    unsigned attributes; /* bits of enum look_attributes */
};

struct palette {
    const char *name; /* "dark", "light", "projector", "mono" */
    bool has_colors;  /* else the watched program's own colours are left out, too */
    struct look looks[ROLE_COUNT];
};

enum palette_kind { PALETTE_DARK, PALETTE_LIGHT, PALETTE_PROJECTOR, PALETTE_MONO, PALETTE_COUNT };

extern const struct palette palettes[PALETTE_COUNT];

/* How a cell looks: its role's look, changed by its flags and colour. */
struct look palette_look(const struct palette *p, const struct cell *cell);

#endif
