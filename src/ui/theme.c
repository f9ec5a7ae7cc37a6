#include "ui/theme.h"

#include <stdlib.h>
#include <string.h>

/* A colour for terminals of 256 colours, and the nearest of the first 8; -1: the terminal's own. */
struct ink {
    short of_256, of_8;
};

struct look {
    struct ink dark, light;
    attr_t attributes;      /* with colours */
    attr_t mono_attributes; /* without */
};

#define OWN                                                                                        \
    {                                                                                              \
        -1, -1                                                                                     \
    }

/* On 256 colours, for a dark background: 214 orange, 81 sky blue, 43 bluish green, 202 vermillion, 175
   reddish purple, 227 yellow; the light ones are the same hues, darker. */
static const struct look looks[ROLE_COUNT] = {
    [ROLE_TEXT] = {OWN, OWN, A_NORMAL, A_NORMAL},
    [ROLE_TITLE] = {OWN, OWN, A_BOLD, A_BOLD},
    [ROLE_FRAME] = {{245, -1}, {243, -1}, A_NORMAL, A_DIM},
    [ROLE_LABEL] = {{250, -1}, {240, -1}, A_NORMAL, A_NORMAL},
    [ROLE_KEY] = {{81, COLOR_CYAN}, {25, COLOR_BLUE}, A_BOLD, A_BOLD},
    [ROLE_NEW] = {{43, COLOR_GREEN}, {29, COLOR_GREEN}, A_BOLD, A_BOLD | A_UNDERLINE},
    [ROLE_GONE] = {{175, COLOR_MAGENTA}, {132, COLOR_MAGENTA}, A_NORMAL, A_DIM},
    [ROLE_RUNNING] = {{43, COLOR_GREEN}, {29, COLOR_GREEN}, A_NORMAL, A_BOLD},
    [ROLE_BLOCKED] = {{214, COLOR_YELLOW}, {130, COLOR_RED}, A_BOLD, A_BOLD},
    [ROLE_ALERT] = {{202, COLOR_RED}, {160, COLOR_RED}, A_BOLD | A_REVERSE, A_BOLD | A_REVERSE},
    [ROLE_FLOW] = {{81, COLOR_CYAN}, {25, COLOR_BLUE}, A_NORMAL, A_NORMAL},
    [ROLE_PAUSED] = {{227, COLOR_YELLOW}, {130, COLOR_RED}, A_BOLD | A_REVERSE, A_BOLD | A_REVERSE},
    [ROLE_LIVE] = {{43, COLOR_GREEN}, {29, COLOR_GREEN}, A_BOLD, A_BOLD},
};

enum { FIRST_ROLE_PAIR = 1, FIRST_ANSI_PAIR = FIRST_ROLE_PAIR + ROLE_COUNT };

static bool can_color(void)
{
    const char *no_color = getenv("NO_COLOR"); /* no-color.org: set, and not empty */
    return has_colors() && !(no_color && *no_color);
}

enum theme_kind theme_first(void)
{
    if (!can_color())
        return THEME_MONO;
    const char *colors =
        getenv("COLORFGBG"); /* "0;15": foreground;background, set by rxvt, konsole */
    const char *background = colors ? strrchr(colors, ';') : NULL;
    if (background && (strcmp(background, ";15") == 0 || strcmp(background, ";7") == 0))
        return THEME_LIGHT;
    return THEME_DARK;
}

enum theme_kind theme_after(enum theme_kind kind)
{
    return can_color() ? (kind + 1) % THEME_COUNT : THEME_MONO;
}

const char *theme_name(enum theme_kind kind)
{
    static const char *const names[] = {"for a dark screen", "for a light screen", "none"};
    return names[kind];
}

/* Colour pairs for one theme; 0 is the terminal's own. */
static void set_colors(struct theme *theme, bool is_projector)
{
    start_color();
    short own = use_default_colors() == OK ? -1 : COLOR_BLACK;
    short own_ink = own == -1 ? -1 : COLOR_WHITE;
    for (int role = 0; role < ROLE_COUNT; role++) {
        struct ink ink = theme->kind == THEME_DARK ? looks[role].dark : looks[role].light;
        short color = COLORS >= 256 ? ink.of_256 : ink.of_8;
        bool is_grey = role == ROLE_FRAME || role == ROLE_LABEL;
        if (color < 0 || (is_projector && is_grey))
            color = own_ink;
        init_pair((short)(FIRST_ROLE_PAIR + role), color, own);
        theme->pairs[role] = (short)(FIRST_ROLE_PAIR + role);
    }
    for (short color = 0; color < 16; color++) {
        short pair = (short)(FIRST_ANSI_PAIR + color);
        if (pair < COLOR_PAIRS && init_pair(pair, COLORS >= 16 ? color : color % 8, own) == OK)
            theme->ansi_pairs[color] = pair;
    }
}

void theme_set(struct theme *theme, enum theme_kind kind, bool is_projector)
{
    *theme = (struct theme){.kind = kind};
    if (kind != THEME_MONO)
        set_colors(theme, is_projector);
    for (int role = 0; role < ROLE_COUNT; role++) {
        attr_t *attributes = &theme->attributes[role];
        *attributes = kind == THEME_MONO ? looks[role].mono_attributes : looks[role].attributes;
        if (is_projector)
            *attributes = (*attributes & ~A_DIM) | A_BOLD;
    }
}
