/*
 * snapshot_text.h - one look as plain text to read: the tree, the pipes with all who hold their
 * ends, and what is going on. A listing, not a picture of the dashboard: nothing is left out for
 * want of room.
 */
#ifndef PROCLAB_EXPORT_SNAPSHOT_TEXT_H
#define PROCLAB_EXPORT_SNAPSHOT_TEXT_H

#include <stdbool.h>
#include <stdio.h>

struct moment;

struct snapshot_text_options {
    int width;    /* columns at which lines are cut and sentences wrapped; 0: neither */
    bool ascii;   /* no other characters */
    bool threads; /* list them below their process */
};

/* 0, -EIO, -ENOMEM. */
int snapshot_text_write(FILE *out, const struct moment *m,
                        const struct snapshot_text_options *options);

#endif
