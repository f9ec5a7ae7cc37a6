/*
 * environment.h - our environment with some variables set anew or left out, for a program that we
 * start.
 */
#ifndef PROCLAB_CMD_ENVIRONMENT_H
#define PROCLAB_CMD_ENVIRONMENT_H

/*
 * A copy of environ without the variables that begin with one of left_out ("TERM=", "PROCLAB_X"),
 * then the assignments of added; both lists end with NULL. NULL: out of memory. The caller's:
 * environment_free().
 */
char **environment_make(const char *const left_out[], const char *const added[]);
void environment_free(char **environment);

#endif
