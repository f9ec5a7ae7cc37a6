/*
 * picture.h - a picture of the dashboard as plain text: to a stream, or into a file.
 */
#ifndef PROCLAB_CMD_PICTURE_H
#define PROCLAB_CMD_PICTURE_H

#include <stddef.h>
#include <stdio.h>

struct grid;

/* One line a row, trailing blanks left out. 0 or -EIO. */
int picture_print(const struct grid *picture, FILE *out);

/*
 * Write it into a new file of the working folder, named by title and time; its name into path. It is whole or
 * not there: written beside, then renamed. 0 or -errno.
 */
int picture_save(const struct grid *picture, const char *title, char *path, size_t len);

#endif
