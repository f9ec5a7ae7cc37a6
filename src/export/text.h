/*
 * text.h - a picture as lines of UTF-8 text, with or without colours for a terminal.
 */
#ifndef PROCLAB_EXPORT_TEXT_H
#define PROCLAB_EXPORT_TEXT_H

#include <stdio.h>

struct grid;
struct palette;

/*
 * Write the grid's rows from the first to the last, each ended by '\n', trailing blanks left out.
 * With a palette colours and attributes are written as SGR sequences (ECMA-48), in 256 colours or,
 * with colors below 256, in the first 8; each row begins and ends without any. palette NULL: none.
 * 0 or -EIO.
 */
int text_write(FILE *out, const struct grid *g, const struct palette *palette, int colors);

/* The same as a malloc'ed string; NULL when out of memory. */
char *text_from_grid(const struct grid *g, const struct palette *palette, int colors);

#endif
