/*
 * frames.h - the dashboard without a terminal: its pictures, as a file of some format.
 *
 * The same snapshots, history and panels; only nobody presses keys.
 */
#ifndef PROCLAB_CMD_FRAMES_H
#define PROCLAB_CMD_FRAMES_H

#include "cmd/lab_facts.h"
#include "cmd/launch.h"

struct export_sink;
struct moment;
struct source;

struct frames_options {
    const char *title;
    struct source *source;
    struct export_sink *sink; /* takes the pictures; borrowed */
    struct launch *launch;    /* the watched program; NULL: none */
    struct lab_facts *facts;  /* of a lab; NULL: it is none */
    bool is_by_act;           /* a lab's acts: one picture of each, of its most telling moment */
    double rate_hz;           /* of looks */
    long n_frames;            /* at most; if not by act one a second, or of a film one a look */
    int rows, cols;
    bool shows_threads, is_ascii;
};

/*
 * Make up to n_frames pictures. Ends earlier when the program has ended (after a last picture), or
 * when the lab has ended. 0 or -errno.
 */
int frames_make(const struct frames_options *options);

/* Has anything begun or ended after *newest_ns? That is then the time of the newest such event. */
bool frames_has_event(const struct moment *m, uint64_t *newest_ns);

#endif
