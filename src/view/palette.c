#include "view/palette.h"

#define OWN -1, -1

/*
 * Of the 256: 214 orange, 81 sky blue, 43 bluish green, 202 vermillion, 175 reddish purple, 227
 * yellow.
 */
const struct palette
    palettes[PALETTE_COUNT] =
        {
            [PALETTE_DARK] =
                {
                    .name = "dark",
                    .has_colors = true,
                    .looks =
                        {
                            [ROLE_TEXT] = {{OWN}, 0},
                            [ROLE_TITLE] = {{OWN}, LOOK_BOLD},
                            [ROLE_FRAME] = {{245, -1}, 0},
                            [ROLE_LABEL] = {{250, -1}, 0},
                            [ROLE_KEY] = {{81, 6}, LOOK_BOLD},
                            [ROLE_NEW] = {{43, 2}, LOOK_BOLD},
                            [ROLE_GONE] = {{175, 5}, 0},
                            [ROLE_RUNNING] = {{43, 2}, 0},
                            [ROLE_BLOCKED] = {{214, 3}, LOOK_BOLD},
                            [ROLE_ALERT] = {{202, 1}, LOOK_BOLD | LOOK_REVERSE},
                            [ROLE_FLOW] = {{81, 6}, 0},
                            [ROLE_PAUSED] = {{227, 3}, LOOK_BOLD | LOOK_REVERSE},
                            [ROLE_LIVE] = {{43, 2}, LOOK_BOLD},
                        },
                },
            [PALETTE_LIGHT] =
                {
                    .name = "light", /* the same hues, darker */
                    .has_colors = true,
                    .looks =
                        {
                            [ROLE_TEXT] = {{OWN}, 0},
                            [ROLE_TITLE] = {{OWN}, LOOK_BOLD},
                            [ROLE_FRAME] = {{243, -1}, 0},
                            [ROLE_LABEL] = {{240, -1}, 0},
                            [ROLE_KEY] = {{25, 4}, LOOK_BOLD},
                            [ROLE_NEW] = {{29, 2}, LOOK_BOLD},
                            [ROLE_GONE] = {{132, 5}, 0},
                            [ROLE_RUNNING] = {{29, 2}, 0},
                            [ROLE_BLOCKED] = {{130, 1}, LOOK_BOLD},
                            [ROLE_ALERT] = {{160, 1}, LOOK_BOLD | LOOK_REVERSE},
                            [ROLE_FLOW] = {{25, 4}, 0},
                            [ROLE_PAUSED] = {{130, 1}, LOOK_BOLD | LOOK_REVERSE},
                            [ROLE_LIVE] = {{29, 2}, LOOK_BOLD},
                        },
                },
            [PALETTE_PROJECTOR] =
                {
                    .name = "projector", /* a washed-out beamer shows neither grey nor thin strokes */
                    .has_colors = true,
                    .looks =
                        {
                            [ROLE_TEXT] = {{OWN}, LOOK_BOLD},
                            [ROLE_TITLE] = {{OWN}, LOOK_BOLD},
                            [ROLE_FRAME] = {{OWN}, LOOK_BOLD},
                            [ROLE_LABEL] = {{OWN}, LOOK_BOLD},
                            [ROLE_KEY] = {{81, 6}, LOOK_BOLD},
                            [ROLE_NEW] = {{48, 2}, LOOK_BOLD},
                            [ROLE_GONE] = {{213, 5}, LOOK_BOLD},
                            [ROLE_RUNNING] = {{48, 2}, LOOK_BOLD},
                            [ROLE_BLOCKED] = {{220, 3}, LOOK_BOLD},
                            [ROLE_ALERT] = {{208, 1}, LOOK_BOLD | LOOK_REVERSE},
                            [ROLE_FLOW] = {{81, 6}, LOOK_BOLD},
                            [ROLE_PAUSED] = {{226, 3}, LOOK_BOLD | LOOK_REVERSE},
                            [ROLE_LIVE] = {{48, 2}, LOOK_BOLD},
                        },
                },
            [PALETTE_MONO] =
                {
                    .name = "mono",
                    .has_colors = false,
                    .looks =
                        {
                            [ROLE_TEXT] = {{OWN}, 0},
                            [ROLE_TITLE] = {{OWN}, LOOK_BOLD},
                            [ROLE_FRAME] = {{OWN}, LOOK_DIM},
                            [ROLE_LABEL] = {{OWN}, 0},
                            [ROLE_KEY] = {{OWN}, LOOK_BOLD},
                            [ROLE_NEW] = {{OWN}, LOOK_BOLD | LOOK_UNDERLINE},
                            [ROLE_GONE] = {{OWN}, LOOK_DIM},
                            [ROLE_RUNNING] = {{OWN}, LOOK_BOLD},
                            [ROLE_BLOCKED] = {{OWN}, LOOK_BOLD},
                            [ROLE_ALERT] = {{OWN}, LOOK_BOLD | LOOK_REVERSE},
                            [ROLE_FLOW] = {{OWN}, 0},
                            [ROLE_PAUSED] = {{OWN}, LOOK_BOLD | LOOK_REVERSE},
                            [ROLE_LIVE] = {{OWN}, LOOK_BOLD},
                        },
                },
};

struct look palette_look(const struct palette *p, const struct cell *cell)
{
    struct look look = p->looks[cell->role < ROLE_COUNT ? cell->role : ROLE_TEXT];
    if (cell->color >= 0 && p->has_colors)
        look.ink = (struct ink){cell->color, (int8_t)(cell->color % 8)};
    if (cell->flags & CELL_BOLD)
        look.attributes |= LOOK_BOLD;
    if (cell->flags & CELL_UNDERLINE)
        look.attributes |= LOOK_UNDERLINE;
    if (cell->flags & CELL_REVERSE)
        look.attributes |= LOOK_REVERSE;
    if (cell->flags & CELL_SELECTED) /* what is reversed anyway stands out from the selected row */
        look.attributes = (look.attributes ^ LOOK_REVERSE) & ~(unsigned)LOOK_DIM;
    return look;
}
