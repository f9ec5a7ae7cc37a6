/*
 * outfile.h - a file that is whole or not there: written beside, then renamed.
 */
#ifndef PROCLAB_CMD_OUTFILE_H
#define PROCLAB_CMD_OUTFILE_H

#include <limits.h>
#include <stdio.h>

struct outfile {
    FILE *stream;
    const char *path;         /* borrowed; NULL: standard output */
    char temporary[PATH_MAX]; /* "" for standard output */
};

/* path NULL or "-": standard output; a device or a pipe is written as it is. 0 or -errno. */
int outfile_open(struct outfile *f, const char *path);
/* Close it and give it its name. 0 or -errno: then it is not there. */
int outfile_commit(struct outfile *f);
/* Leave nothing behind. Does nothing after outfile_commit(). */
void outfile_abandon(struct outfile *f);

#endif
