/*
 * program.h - the watched program's terminal, from the dashboard's side: what it
 * writes is taken always, what is typed for it waits until it reads.
 */
#ifndef PROCLAB_UI_PROGRAM_H
#define PROCLAB_UI_PROGRAM_H

#include "run/run.h"

#include <stdbool.h>
#include <stddef.h>

struct screen;
struct terminal;

struct program {
    struct run *run;             /* NULL: there is none; borrowed */
    struct terminal *terminal;   /* borrowed */
    const struct screen *screen; /* what it shows; NULL: it has changed since it was asked */
    struct run_result result;
    char ended_text[80]; /* "exited 0"; "": it runs */
    bool is_read_out;    /* nobody can write to its terminal any more */
    size_t may_read;     /* bytes until the next frame: a program that floods must not starve us */
    char typed[4096];    /* for it, not yet taken */
    size_t n_typed;
    int rows, cols;
};

void program_init(struct program *p, struct run *run, struct terminal *terminal);

/* A frame begins: reading may go on. */
void program_begin_frame(struct program *p);
/* What ppoll() should look for on its terminal; 0: nothing. */
short program_wanted_events(const struct program *p);

/* Take what it wrote. True: something came. */
bool program_read(struct program *p);
/* Type for it. False: it reads nothing and the buffer is full; nothing was taken. */
bool program_type(struct program *p, const char *bytes, size_t len);
/* Hand over what it can take now. */
void program_flush(struct program *p);
/* Look whether it has ended. True: it has, just now. */
bool program_check_end(struct program *p);

void program_resize(struct program *p, int rows, int cols);
/* What its terminal shows; NULL without a program. Good until the next call. */
const struct screen *program_screen(struct program *p);

#endif
