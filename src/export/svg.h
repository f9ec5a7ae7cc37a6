/*
 * svg.h - a picture as SVG: text that can be selected, each character at its cell whatever the font
 * is, frames and bars drawn so that they meet.
 */
#ifndef PROCLAB_EXPORT_SVG_H
#define PROCLAB_EXPORT_SVG_H

#include <stdio.h>

struct grid;
struct paper;

/* Units around the cells. */
enum { SVG_MARGIN = 10 };

/* The <svg> element, without an XML declaration: as it stands within a page of HTML, too. 0 or -EIO. */
int svg_write(FILE *out, const struct grid *g, const struct paper *paper, const char *title);
/* Text as XML's content; what XML may not hold as U+FFFD. */
void svg_put_escaped(FILE *out, const char *utf8);

#endif
