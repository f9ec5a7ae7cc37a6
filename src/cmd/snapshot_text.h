/*
 * snapshot_text.h - a moment as lines of text: nothing is left out, nothing is drawn.
 */
#ifndef PROCLAB_CMD_SNAPSHOT_TEXT_H
#define PROCLAB_CMD_SNAPSHOT_TEXT_H

#include <stdio.h>

struct moment;

/* The tree, the pipes, and what is going on. UTF-8 or ASCII as the locale is. */
void snapshot_text_print(const struct moment *moment, FILE *out);

#endif
