/*
 * narration.h - what a lab that runs says of itself (labkit's facts), as it is shown, recorded and
 * replayed.
 */
#ifndef PROCLAB_MODEL_NARRATION_H
#define PROCLAB_MODEL_NARRATION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* A part of a process's memory that the lab is about. */
struct narrated_region {
    const char *name;      /* "buffer" */
    pid_t pid;             /* 0: none was stated */
    uint64_t start, bytes; /* bytes 0: the source chooses */
};

struct narration {
    const char *title; /* "Act 2 of 6: a full pipe"; NULL: none */
    const char *text;  /* what is about to be done, or the question; may be NULL */
    bool awaits_enter; /* the program waits for Enter */
    bool is_of_past;   /* it is of a moment before the newest, which is shown: a picture that stands
                          does not hide it */
    unsigned n_begun;  /* acts begun so far: another number, another act (or the same, again) */
    int subject;       /* what that act wants to be on the right; 0: nothing in particular */
    struct narrated_region region; /* the newest that was stated */
};

#endif
