/*
 * run_demo.h - run a small demo in a process of its own, and what came of it.
 */
#ifndef TESTS_UNIT_LABKIT_RUN_DEMO_H
#define TESTS_UNIT_LABKIT_RUN_DEMO_H

#include "labkit/lab.h"

#include <jansson.h>
#include <stddef.h>

struct demo_run {
    int wait_status;
    char *out, *err; /* what came on its standard output and error; with a terminal all is in out */
    json_t *facts;   /* array: the lines that it appended to PROCLAB_FACTS_FD */
};

/*
 * args: words after the program's name, separated by spaces. keys: typed on its terminal, one
 * character a question as soon as it waits for a line; NULL: it has no terminal.
 */
struct demo_run demo_run(const struct act acts[], size_t n, const char *args, const char *keys);
void demo_run_fini(struct demo_run *run);

/* The acts as they ran, one digit each, e.g. "123". */
char *demo_acts_run(const struct demo_run *run, char *buf, size_t len);
/* The value of a fact; NULL: there is no such one. Borrowed. */
json_t *demo_fact(const struct demo_run *run, const char *name);

#endif
