/*
 * text.h - text for a terminal of any width: no cursor movement, no curses.
 */
#ifndef PROCLAB_LABKIT_TEXT_H
#define PROCLAB_LABKIT_TEXT_H

#include <stddef.h>
#include <stdio.h>

/* Columns of the terminal on fd; 80 if it is none; never below 20. */
int text_columns(int fd);

/*
 * Print text wrapped at spaces to lines of at most `columns` columns. The first line starts with
 * first, the others with rest (NULL: as many spaces). '\n' in text begins a new line. A word that
 * is longer than a line stands alone on one. One byte of UTF-8's first byte counts as one column.
 */
void text_wrap(FILE *out, int columns, const char *first, const char *rest, const char *text);

/*
 * The word for so many of a unit: "processes" -> "process" for 1; else unit itself, as "us" always
 * is (no plural of a word has two letters). unit may be NULL. Returns buf, or unit.
 */
const char *text_unit(long long value, const char *unit, char *buf, size_t len);
/* value with its digits grouped by commas: 65536 -> "65,536". Returns buf. */
char *text_group(long long value, char *buf, size_t len);
/*
 * value with three significant digits, or all that stand before the point: 0.0123, 4.56, 1,235.
 * Returns buf.
 */
char *text_real(double value, char *buf, size_t len);
/* "[ENOENT No such file or directory]". Returns buf. */
char *text_errno(int error, char *buf, size_t len);

#endif
