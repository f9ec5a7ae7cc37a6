/*
 * lab_facts.h - what a running lab says of itself (src/labkit/facts.h), read from the
 * file that was handed down to it.
 */
#ifndef PROCLAB_CMD_LAB_FACTS_H
#define PROCLAB_CMD_LAB_FACTS_H

#include "ui/dashboard.h"
#include "view/view.h"

#include <sys/types.h>

struct lab_facts {
    struct narrator narrator; /* first: what the dashboard is handed */
    int fd;                   /* a memfd */
    off_t position;           /* what was read of it */
    char *rest;               /* the beginning of a line whose end has not been written yet */
    size_t n_rest;
    struct narration narration;
    char title[160], text[1024], facts[768], region_name[64];
    int act;         /* 0: none yet */
    bool is_done;    /* that act is over: what comes next is a new one, or the same again */
    bool is_holding; /* things are kept as they are, to be looked at */
};

/* 0 or -errno. */
int lab_facts_init(struct lab_facts *facts);
void lab_facts_fini(struct lab_facts *facts);
/*
 * Read what has been written since, up to a megabyte; true: there was something. Lines that are no
 * JSON object are passed over.
 */
bool lab_facts_look(struct lab_facts *facts);
/* Take one line of the format in, without its '\n'. */
void lab_facts_take_line(struct lab_facts *facts, const char *line, size_t len);

#endif
