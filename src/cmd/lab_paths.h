/*
 * lab_paths.h - where the labs are: in a checkout or hand-out upward from the
 * working folder, in the checkout that this executable was built in, or
 * installed (PREFIX/share/proclab/labs, PREFIX/libexec/proclab/labs).
 */
#ifndef PROCLAB_CMD_LAB_PATHS_H
#define PROCLAB_CMD_LAB_PATHS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct lab {
    int number;            /* 3 */
    char name[64];         /* "03-pipe": its folder's name */
    char folder[PATH_MAX]; /* absolute: .../labs/03-pipe */
    char root[PATH_MAX];   /* the checkout, or PREFIX/share/proclab */
    bool is_checkout;      /* there is a Makefile in root: exercises can be edited and built */
};

/*
 * The lab that word means: a number ("3", "03"), a name ("03-pipe", "pipe") or its folder
 * ("labs/03-pipe"). 0; -ENOENT no such lab (labs were found); -ENODATA no labs were found at all.
 * *lab is untouched then.
 */
int lab_find(const char *word, struct lab *lab);

/* As lab_find(), and says what is wrong: an exit status, 0 when it was found. */
int lab_find_or_complain(const char *word, struct lab *lab);

/* All of them by number: malloc'ed, the caller's to free. 0, -ENODATA none, -ENOMEM. */
int lab_list(struct lab **labs, size_t *n);

/*
 * The path of a program built for this lab ("demo", "grade", "probes"): beside this executable, in
 * root/build, or in PREFIX/libexec/proclab. 0 or -ENOENT.
 */
int lab_program(const struct lab *lab, const char *program, char path[PATH_MAX]);

/*
 * Is this command, a path with a '/', some lab's demo? It gets a file for its facts then, which
 * another program would find among its descriptors.
 */
bool lab_is_demo(const char *command);

/*
 * $XDG_STATE_HOME/proclab/NAME, or ~/.local/state/proclab/NAME; made if make is true. 0 or -errno.
 */
int lab_state_path(const char *name, bool make, char path[PATH_MAX]);

#endif
