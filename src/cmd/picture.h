/*
 * picture.h - a picture of the dashboard kept in files: as text, and as SVG.
 */
#ifndef PROCLAB_CMD_PICTURE_H
#define PROCLAB_CMD_PICTURE_H

#include <stddef.h>

struct grid;

/*
 * Write it as plain text and as SVG into new files of the working folder, named by title and time;
 * their names, "NAME.txt, .svg", into path. Each is whole or not there. 0 or -errno.
 */
int picture_save(const struct grid *picture, const char *title, char *path, size_t len);

#endif
