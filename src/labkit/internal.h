/*
 * internal.h - one run of a demo, as lab.c and facts.c share it.
 */
#ifndef PROCLAB_LABKIT_INTERNAL_H
#define PROCLAB_LABKIT_INTERNAL_H

#include "labkit/lab.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct lab {
    const char *title;
    const struct act *acts;
    size_t n_acts, first, last, current; /* from 0 */
    bool json;                           /* facts on stdout, and nothing else there */
    bool is_interactive;                 /* keys_fd is a terminal, and a person is asked */
    double hold_seconds;                 /* how long a hold lasts where nobody is asked */
    int keys_fd, facts_fd;               /* -1: none */
    bool is_utf8, is_bold;
    char request; /* 'b' or 'r', chosen in a hold: the rest of the act is not shown; else 0 */
    bool is_write_failed;
};

/* Append one line to wherever facts go, and drop the caller's reference. */
void facts_emit(struct lab *lab, json_t *object);
/* Move an fd, made close-on-exec, to a number where no lesson meets it; its new number. */
int move_high(int fd);
/*
 * The fd named by PROCLAB_FACTS_FD, moved out of the lessons' way, and the variable unset; -1:
 * none.
 */
int facts_take_fd(void);

#endif
