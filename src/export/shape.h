/*
 * shape.h - characters that pictures draw themselves, as rectangles: frames and bars, which must
 * meet from cell to cell whatever the font is.
 */
#ifndef PROCLAB_EXPORT_SHAPE_H
#define PROCLAB_EXPORT_SHAPE_H

#include <stdint.h>

/* A cell of a picture, in its units. */
enum { SHAPE_CELL_COLS = 10, SHAPE_CELL_ROWS = 20, SHAPE_MAX_BOXES = 8 };

struct box {
    double x, y, width, height; /* from the cell's upper left corner */
};

/*
 * The boxes of this character, which may stick out of the cell a little so that no seam is seen.
 * Returns how many; 0: it is for the font to draw.
 */
int shape_boxes(uint32_t rune, struct box boxes[SHAPE_MAX_BOXES]);

#endif
