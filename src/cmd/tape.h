/*
 * tape.h - the file that a recording goes into: opened, written to for as long as that works, and
 * ended, whatever becomes of what is recorded.
 */
#ifndef PROCLAB_CMD_TAPE_H
#define PROCLAB_CMD_TAPE_H

#include "record/recording.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tape {
    const char *path; /* NAME.zst is compressed; "-": standard output. Borrowed */
    bool is_forced;   /* a file that is there is overwritten */
    bool is_stdout;
    int fd;
    struct recording_writer *writer; /* NULL: it was not opened */
    int error;                       /* the first: nothing more is written */
};

/* Nothing is open. */
#define TAPE_NONE                                                                                  \
    (struct tape)                                                                                  \
    {                                                                                              \
        .path = "", .fd = -1                                                                       \
    }

/* path and is_forced are set. 0; or an exit status, and what was wrong has been said. */
int tape_open(struct tape *t, const char *title, double rate_hz);

/* Each does nothing after an error. What it writes is of now. */
void tape_look(struct tape *t, const struct snapshot *s);
void tape_narration(struct tape *t, const struct narration *narration);
void tape_output(struct tape *t, const char *bytes, size_t len);
void tape_size(struct tape *t, int rows, int cols);

/*
 * End it: a wait status of the program, -1 for none. is_void: nothing came of it, so a file that is
 * ours is removed. t->error says whether all was written.
 */
void tape_close(struct tape *t, int wait_status, bool is_void);

/* Of an error: one line, and EXIT_FAILED; else 0. */
int tape_complain(const struct tape *t);

#endif
