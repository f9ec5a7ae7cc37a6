/* Stand-ins for single characters, cell by cell: ASCII, and heavy lines for a projector. */
#include "view/grid.h"

struct stand_in {
    uint32_t rune;
    char ascii;
    uint32_t heavy; /* 0: as it is */
};

static const struct stand_in stand_ins[] = {
    {0x2500, '-', 0x2501}, /* ─ ━ */
    {0x2502, '|', 0x2503}, /* │ ┃ */
    {0x250C, '+', 0x250F}, /* ┌ ┏ */
    {0x2510, '+', 0x2513}, /* ┐ ┓ */
    {0x2514, '+', 0x2517}, /* └ ┗ */
    {0x2518, '+', 0x251B}, /* ┘ ┛ */
    {0x251C, '|', 0x2523}, /* ├ ┣ */
    {0x2501, '-', 0},      /* ━ */
    {0x2503, '|', 0},      /* ┃ */
    {0x250F, '+', 0},      /* ┏ */
    {0x2513, '+', 0},      /* ┓ */
    {0x2517, '+', 0},      /* ┗ */
    {0x251B, '+', 0},      /* ┛ */
    {0x2523, '|', 0},      /* ┣ */
    {0x252C, 'Y', 0x2533}, /* ┬ ┳ */
    {0x2533, 'Y', 0},      /* ┳ */
    {0x2550, '=', 0},      /* ═ */
    {0x25B6, '>', 0},      /* ▶ */
    {0x25B8, '>', 0x25B6}, /* ▸ ▶ */
    {0x2581, '1', 0},      /* ▁: the tenths nearest to it */
    {0x2582, '2', 0},      /* ▂ */
    {0x2583, '4', 0},      /* ▃ */
    {0x2584, '5', 0},      /* ▄ */
    {0x2585, '6', 0},      /* ▅ */
    {0x2586, '7', 0},      /* ▆ */
    {0x2587, '#', 0x2588}, /* ▇ █ */
    {0x2588, '#', 0},      /* █ */
    {0x258F, '#', 0},      /* ▏ */
    {0x2592, '=', 0},      /* ▒ */
    {0x2591, '.', 0},      /* ░ */
    {0x00B7, '.', 0},      /* · */
    {0x25CF, '*', 0},      /* ● */
    {0x2016, '=', 0},      /* ‖ */
    {0x00AB, '<', 0},      /* « */
    {0x00BB, '*', 0},      /* » */
    {0x25C7, 'o', 0x25C6}, /* ◇ ◆ */
    {0x25CB, '-', 0},      /* ○ */
    {0x271D, 'x', 0},      /* ✝ */
    {0x23CE, '^', 0},      /* ⏎ */
    {0x2190, '<', 0},      /* ← */
    {0x2191, '^', 0},      /* ↑ */
    {0x2192, '>', 0},      /* → */
    {0x2193, 'v', 0},      /* ↓ */
    {0x2026, '~', 0},      /* … */
    {0x2013, '-', 0},      /* – */
    {0x2014, '-', 0},      /* — */
    {0x2212, '-', 0},      /* − */
    {0x2018, '\'', 0},     /* ‘ */
    {0x2019, '\'', 0},     /* ’ */
    {0x201C, '"', 0},      /* “ */
    {0x201D, '"', 0},      /* ” */
    {0x00D7, 'x', 0},      /* × */
    {0x00B5, 'u', 0},      /* µ */
    {0x03BC, 'u', 0},      /* μ */
};

static const struct stand_in *find(uint32_t rune)
{
    for (size_t i = 0; i < sizeof stand_ins / sizeof *stand_ins; i++)
        if (stand_ins[i].rune == rune)
            return &stand_ins[i];
    return NULL;
}

static uint32_t to_ascii(uint32_t rune)
{
    if (rune >= 0x20 && rune < 0x7f)
        return rune;
    if (rune >= 0x2460 && rune <= 0x2468) /* ① to ⑨ */
        return '1' + (rune - 0x2460);
    if (rune >= 0x2776 && rune <= 0x277E) /* ❶ to ❾ */
        return '1' + (rune - 0x2776);
    const struct stand_in *s = find(rune);
    return s ? (uint32_t)s->ascii : '?'; /* both halves of a wide character */
}

void grid_to_ascii(struct grid *g)
{
    size_t n = (size_t)g->rows * (size_t)g->cols;
    for (size_t i = 0; i < n; i++)
        g->cells[i].rune = to_ascii(g->cells[i].rune);
}

void grid_to_heavy(struct grid *g)
{
    size_t n = (size_t)g->rows * (size_t)g->cols;
    for (size_t i = 0; i < n; i++) {
        if (g->cells[i].rune < 0x80)
            continue;
        uint32_t *rune = &g->cells[i].rune;
        const struct stand_in *s = find(*rune);
        if (s && s->heavy)
            *rune = s->heavy;
        else if (*rune >= 0x2460 && *rune <= 0x2469) /* ① to ⑩: ❶ to ❿ */
            *rune += 0x2776 - 0x2460;
        else if (*rune >= 0x246A && *rune <= 0x2473) /* ⑪ to ⑳: ⓫ to ⓴ */
            *rune += 0x24EB - 0x246A;
    }
}
