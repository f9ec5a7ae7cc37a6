/* scratch.h - a folder for a while: made below TMPDIR, removed with all that is in it. */
#ifndef PROCLAB_CMD_SCRATCH_H
#define PROCLAB_CMD_SCRATCH_H

#include <limits.h>

/*
 * Make one, mode 0700, named after what it is for: PREFIX-XXXXXX. 0; or -errno (-ENAMETOOLONG, or
 * mkdtemp's), and path is "".
 */
int scratch_make(const char *prefix, char path[PATH_MAX]);

/* Remove it, path then being "", where nothing is done. What cannot be removed stays. */
void scratch_remove(char path[PATH_MAX]);

/*
 * "TMPDIR=PATH", for the environment of a program whose temporary files are to go there, and so
 * with it.
 */
enum { SCRATCH_VARIABLE_BYTES = sizeof "TMPDIR=" + PATH_MAX };
void scratch_variable(const char *path, char variable[SCRATCH_VARIABLE_BYTES]);

#endif
