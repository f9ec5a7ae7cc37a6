/*
 * lab.h - a demo is a table of acts; this runs them.
 *
 * On a terminal each act says what it will do, asks for a prediction and waits for a line: Enter
 * goes on, b back, r again, q ends. Without one, or with --auto, the acts follow each other. All
 * that an act starts ends with it, and with the demo, however that ends.
 *
 * This module owns the options, the keys, the pacing and what is printed. The lesson's
 * system calls are the lab's own.
 */
#ifndef PROCLAB_LABKIT_LAB_H
#define PROCLAB_LABKIT_LAB_H

#include "labkit/facts.h"

#include <stddef.h>

struct lab; /* one run of a demo */

struct act {
    const char *title; /* "A full pipe" */
    const char *says;  /* what is about to be done, one paragraph */
    const char *asks;  /* the question to predict, a sentence; NULL: none */
    void (*run)(struct lab *lab);
    const char *shows; /* the dashboard's subject for it: "pipes", "memory", "switches", "timeline",
                          "detail"; NULL: stays as it is */
};

/*
 * The main program of a demo: options, then its n acts (n >= 1). title: "03-pipe". Returns what
 * main() returns: 0; 1 when standard output could not be written; 2 for a wrong option.
 */
int labkit_main(int argc, char **argv, const char *title, const struct act acts[], size_t n);

/* Print a sentence of the act (printf's format), wrapped to the terminal. Nothing with --json. */
void lab_say(struct lab *lab, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Keep things as they are so that they can be looked at: on a terminal until Enter; with --auto for
 * the pace's seconds. says: what can be seen now.
 */
void lab_hold(struct lab *lab, const char *says);

/* The same, calling step(arg) meanwhile, 20 times a second (at least once). */
void lab_hold_with(struct lab *lab, const char *says, void (*step)(void *arg), void *arg);

/*
 * Print "demo: what: [ENOENT No such file or directory]" for errno, end the children, exit 1. In a
 * child: only that child.
 */
_Noreturn void lab_die(const char *what);

#endif
