#include "export/shape.h"

#include <math.h>
#include <stddef.h>

enum { WIDTH = SHAPE_CELL_COLS, HEIGHT = SHAPE_CELL_ROWS };

/* Adjoining cells overlap by so much: at a fractional scale there would be a seam. */
#define OVERLAP 0.5

enum { LEFT = 1, RIGHT = 2, UP = 4, DOWN = 8 };

static const struct {
    uint32_t light, heavy;
    unsigned arms;
} lines[] = {
    {0x2500, 0x2501, LEFT | RIGHT},             /* ─ ━ */
    {0x2502, 0x2503, UP | DOWN},                /* │ ┃ */
    {0x250C, 0x250F, RIGHT | DOWN},             /* ┌ ┏ */
    {0x2510, 0x2513, LEFT | DOWN},              /* ┐ ┓ */
    {0x2514, 0x2517, RIGHT | UP},               /* └ ┗ */
    {0x2518, 0x251B, LEFT | UP},                /* ┘ ┛ */
    {0x251C, 0x2523, UP | DOWN | RIGHT},        /* ├ ┣ */
    {0x2524, 0x252B, UP | DOWN | LEFT},         /* ┤ ┫ */
    {0x252C, 0x2533, LEFT | RIGHT | DOWN},      /* ┬ ┳ */
    {0x2534, 0x253B, LEFT | RIGHT | UP},        /* ┴ ┻ */
    {0x253C, 0x254B, LEFT | RIGHT | UP | DOWN}, /* ┼ ╋ */
    {0x2574, 0x2578, LEFT},                     /* ╴ ╸ */
    {0x2575, 0x2579, UP},                       /* ╵ ╹ */
    {0x2576, 0x257A, RIGHT},                    /* ╶ ╺ */
    {0x2577, 0x257B, DOWN},                     /* ╷ ╻ */
};

/* From the edge, or the middle line's far side, to the other. */
static int line_boxes(unsigned arms, double thick, struct box *boxes)
{
    double x = floor((WIDTH - thick + 1) / 2), y = floor((HEIGHT - thick + 1) / 2);
    int n = 0;
    if (arms & (LEFT | RIGHT)) {
        double from = arms & LEFT ? 0 : x, to = arms & RIGHT ? WIDTH + OVERLAP : x + thick;
        boxes[n++] = (struct box){from, y, to - from, thick};
    }
    if (arms & (UP | DOWN)) {
        double from = arms & UP ? 0 : y, to = arms & DOWN ? HEIGHT + OVERLAP : y + thick;
        boxes[n++] = (struct box){x, from, thick, to - from};
    }
    return n;
}

static int shade_boxes(struct box *boxes)
{
    static const struct box dots[] = {{0, 5, 2, 2},    {5, 5, 2, 2},   {2.5, 9, 2, 2},
                                      {7.5, 9, 2, 2},  {0, 13, 2, 2},  {5, 13, 2, 2},
                                      {2.5, 17, 2, 2}, {7.5, 17, 2, 2}};
    for (size_t i = 0; i < SHAPE_MAX_BOXES; i++)
        boxes[i] = dots[i];
    return SHAPE_MAX_BOXES;
}

int shape_boxes(uint32_t rune, struct box boxes[SHAPE_MAX_BOXES])
{
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (rune == lines[i].light || rune == lines[i].heavy)
            return line_boxes(lines[i].arms, rune == lines[i].light ? 1 : 3, boxes);
    if (rune == 0x2550) { /* ═ */
        boxes[0] = (struct box){0, 8, WIDTH + OVERLAP, 1.5};
        boxes[1] = (struct box){0, 11.5, WIDTH + OVERLAP, 1.5};
        return 2;
    }
    if (rune == 0x2591) /* ░ */
        return shade_boxes(boxes);
    if (rune >= 0x2581 && rune <= 0x2588) { /* ▁ to █: eighths from below */
        double height = HEIGHT * (double)(rune - 0x2580) / 8;
        boxes[0] = (struct box){0, HEIGHT - height, WIDTH + OVERLAP, height};
        return 1;
    }
    if (rune >= 0x2589 && rune <= 0x258F) { /* ▉ to ▏: eighths from the left */
        boxes[0] = (struct box){0, 0, WIDTH * (double)(0x2590 - rune) / 8, HEIGHT};
        return 1;
    }
    return 0;
}
