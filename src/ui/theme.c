#include "ui/theme.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_ROLE_PAIR = 1, FIRST_ANSI_PAIR = FIRST_ROLE_PAIR + ROLE_COUNT };

static bool can_color(void)
{
    const char *no_color = getenv("NO_COLOR"); /* no-color.org: set, and not empty */
    return has_colors() && !(no_color && *no_color);
}

enum palette_kind theme_first(void)
{
    if (!can_color())
        return PALETTE_MONO;
    const char *colors =
        getenv("COLORFGBG"); /* "0;15": foreground;background, set by rxvt, konsole */
    const char *background = colors ? strrchr(colors, ';') : NULL;
    if (background && (strcmp(background, ";15") == 0 || strcmp(background, ";7") == 0))
        return PALETTE_LIGHT;
    return PALETTE_DARK;
}

enum palette_kind theme_after(enum palette_kind kind)
{
    if (!can_color())
        return PALETTE_MONO;
    return kind == PALETTE_DARK    ? PALETTE_LIGHT
           : kind == PALETTE_LIGHT ? PALETTE_MONO
                                   : PALETTE_DARK;
}

/* Define a pair with this ink on the terminal's own background. 0: it cannot be had. */
static short define_pair(int pair, int ink, bool has_own_colors)
{
    int background = has_own_colors ? -1 : COLOR_BLACK;
    if (ink < 0)
        ink = has_own_colors ? -1 : COLOR_WHITE;
    if (init_pair((short)pair, (short)ink, (short)background) != OK)
        return 0;
    return (short)pair;
}

static void set_colors(struct theme *theme)
{
    start_color();
    bool has_own_colors = use_default_colors() == OK;
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct ink ink = theme->palette->looks[role].ink;
        theme->role_pairs[role] = define_pair(
            FIRST_ROLE_PAIR + role, COLORS >= 256 ? ink.of_256 : ink.of_8, has_own_colors);
    }
    for (int color = 0; color < 16; color++)
        theme->ansi_pairs[color] =
            define_pair(FIRST_ANSI_PAIR + color, COLORS >= 16 ? color : color % 8, has_own_colors);
}

void theme_set(struct theme *theme, enum palette_kind kind, bool is_projector)
{
    /* There is one with colours for a projector, made for a dark screen. */
    bool has_own = is_projector && kind == PALETTE_DARK;
    *theme = (struct theme){.kind = kind,
                            .palette = &palettes[has_own ? PALETTE_PROJECTOR : kind],
                            .is_strong = is_projector};
    if (theme->palette->has_colors)
        set_colors(theme);
}

attr_t theme_attributes(const struct theme *theme, const struct cell *cell)
{
    unsigned looks = palette_look(theme->palette, cell).attributes;
    attr_t attributes = A_NORMAL;
    if (looks & LOOK_BOLD)
        attributes |= A_BOLD;
    if (looks & LOOK_DIM)
        attributes |= A_DIM;
    if (looks & LOOK_REVERSE)
        attributes |= A_REVERSE;
    if (looks & LOOK_UNDERLINE)
        attributes |= A_UNDERLINE;
    if (theme->is_strong)
        attributes = (attributes & ~A_DIM) | A_BOLD;
    return attributes;
}

short theme_pair(const struct theme *theme, const struct cell *cell)
{
    if (cell->color >= 0 && cell->color < 16)
        return theme->ansi_pairs[cell->color];
    return theme->role_pairs[cell->role];
}
