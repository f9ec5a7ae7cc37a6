#include "export/paper.h"

#include <string.h>

/* Readable on their ground, at 4.5:1 and more; the hues are what programs expect. */
static const uint32_t on_dark[16] = {
    0x9aa0a6, 0xff7b72, 0x56d364, 0xe3b341, 0x79b8ff, 0xd2a8ff, 0x56d4dd, 0xd0d4d9,
    0xb0b6bc, 0xffa198, 0x7ee787, 0xf2cc60, 0xa5d6ff, 0xe2c5ff, 0x8ae6ec, 0xffffff,
};
static const uint32_t on_light[16] = {
    0x24292f, 0xb3261e, 0x1a6b2d, 0x7a5200, 0x0b57a4, 0x7b3fb5, 0x0f6a75, 0x57606a,
    0x424a53, 0xa40e26, 0x116329, 0x6b4700, 0x0a4a8f, 0x6a2fa0, 0x0a5963, 0x3d444d,
};

const struct paper papers[] = {
    {"dark", PALETTE_DARK, 0x15181e, 0xe8eaed, 0xa0a6ad, on_dark},
    {"light", PALETTE_LIGHT, 0xffffff, 0x1c1f23, 0x5c636b, on_light},
    {"projector", PALETTE_PROJECTOR, 0x000000, 0xffffff, 0xffffff, on_dark},
    {"mono", PALETTE_MONO, 0xffffff, 0x000000, 0x595959, on_light},
};
const size_t n_papers = sizeof papers / sizeof *papers;

const struct paper *paper_find(const char *name)
{
    for (size_t i = 0; i < n_papers; i++)
        if (strcmp(papers[i].name, name) == 0)
            return &papers[i];
    return NULL;
}

/* xterm's 256: 16 of the terminal's own, a cube of 6x6x6, 24 greys. */
static uint32_t rgb(const struct paper *paper, int color)
{
    static const uint32_t steps[] = {0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff};
    if (color < 16)
        return paper->of_first_16[color];
    if (color >= 232) {
        uint32_t grey = 8 + 10 * (uint32_t)(color - 232);
        return grey << 16 | grey << 8 | grey;
    }
    uint32_t i = (uint32_t)color - 16;
    return steps[i / 36] << 16 | steps[i / 6 % 6] << 8 | steps[i % 6];
}

struct style paper_style(const struct paper *paper, const struct cell *cell)
{
    struct look look = palette_look(&palettes[paper->palette], cell);
    struct style style = {
        .ink = look.ink.of_256 >= 0         ? rgb(paper, look.ink.of_256)
               : look.attributes & LOOK_DIM ? paper->faint
                                            : paper->ink,
        .ground = paper->ground,
        .is_bold = look.attributes & LOOK_BOLD,
        .is_underlined = look.attributes & LOOK_UNDERLINE,
    };
    if (look.attributes & LOOK_REVERSE) {
        style.ground = style.ink;
        style.ink = paper->ground;
        style.has_ground = true;
    }
    return style;
}

bool paper_is_same_style(const struct style *a, const struct style *b)
{
    return a->ink == b->ink && a->ground == b->ground && a->is_bold == b->is_bold &&
           a->is_underlined == b->is_underlined;
}
