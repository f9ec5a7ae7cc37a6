/*
 * picture.h - a picture of the dashboard kept in a file.
 */
#ifndef PROCLAB_CMD_PICTURE_H
#define PROCLAB_CMD_PICTURE_H

#include <stddef.h>

struct grid;

/*
 * Write it as plain text into a new file of the working folder, named by title and time; its name
 * into path. It is whole or not there: written beside, then renamed. 0 or -errno.
 */
int picture_save(const struct grid *picture, const char *title, char *path, size_t len);

#endif
