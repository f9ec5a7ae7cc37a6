/*
 * play.h - the two ways to play a scenario: headless, every step checked, and in the dashboard. Both
 * can be recorded.
 */
#ifndef PROCLAB_CMD_PLAY_H
#define PROCLAB_CMD_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct launch;
struct narration;
struct scenario;

struct play_options {
    const char *name;        /* the scenario's file */
    const char *folder;      /* where its program starts */
    bool is_auto;            /* it goes on by itself, at a pace to read and look */
    const char *record_path; /* NULL: it is not recorded */
    bool overwrites;
};

/*
 * Play it without a terminal. Prints one line for each step that does not come true in time, with
 * what was seen instead. The exit status: 0; 1; 77 where its program is not installed. Does not
 * return where a signal has ended it.
 */
int play_check(const struct scenario *scenario, const struct play_options *options);

/* In the dashboard. The exit status; likewise. */
int play_show(const struct scenario *scenario, const struct play_options *options);

/* ---- what both need ------------------------------------------------------------------------- */

enum { PLAY_TITLE_BYTES = 80 };

/*
 * What is said at step `step` (from 0), how: "", ": seen" or ", as it was". title is the caller's,
 * kept as long as narration is used.
 */
void play_narrate(const struct scenario *scenario, unsigned step, const char *how,
                  char title[PLAY_TITLE_BYTES], struct narration *narration);

/* How long a step that has come true is left, from its begin, where nobody presses Enter. */
int64_t play_pace_ns(const struct scenario *scenario, unsigned step);

/* The exit status for a program that could not be started, whose own was status. */
int play_unable(int status);

/*
 * End the program where it stands. First its terminal is hung up, and it gets a moment to put away
 * what a SIGKILL would leave (a database its shared memory).
 */
void play_end(struct launch *launch);

#endif
