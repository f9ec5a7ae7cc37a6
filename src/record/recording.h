/*
 * recording.h - a recording: what was seen, in a file or on its way through a pipe.
 *
 * JSON Lines: a header, then a line for each look (a key frame, or a change against the look
 * before), for what the program wrote on its terminal, and a last one for the end.
 * share/proclab-recording.schema.json says it in full; frame_json.h what looks are made of.
 *
 * A line is in the file when the call that told it returns, so that whoever kills the recorder
 * loses nothing, and a recording that was cut anywhere is good up to there.
 */
#ifndef PROCLAB_RECORD_RECORDING_H
#define PROCLAB_RECORD_RECORDING_H

#include "model/narration.h"
#include "model/snapshot.h"
#include "model/source.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECORDING_VERSION 1

struct recording_header {
    char title[256];
    double rate_hz;     /* of looks */
    long ticks_per_s;   /* of start_ticks and the like */
    long cpus;          /* online; 0: unknown */
    char machine[80];   /* "Linux 6.18.0 x86_64"; "": unknown */
    int64_t started_ms; /* since 1970; 0: unknown */
};

/* ---- writing ------------------------------------------------------------------------------- */

struct recording_writer;

/* Of this machine, now; the title is cut where it is too long. */
void recording_header_init(struct recording_header *header, const char *title, double rate_hz);

/*
 * fd is borrowed; with is_packed what goes there is zstd-compressed. 0 and *out, or -errno: -EIO and
 * the like of write(2). An error of any of these stays: all later calls return it.
 */
int recording_writer_open(int fd, bool is_packed, const struct recording_header *header,
                          struct recording_writer **out);
int recording_writer_look(struct recording_writer *w, const struct snapshot *s);
/* What the lab says of itself: it is in the next look's line. */
void recording_writer_narration(struct recording_writer *w, const struct narration *narration);
/* The program wrote this on its terminal, or that has this size from now on. */
int recording_writer_output(struct recording_writer *w, uint64_t time_ns, const char *bytes,
                            size_t len);
int recording_writer_size(struct recording_writer *w, uint64_t time_ns, int rows, int cols);
/* Tell the end: a wait status of the program, -1 for none; and free w. 0, or -errno as above. */
int recording_writer_close(struct recording_writer *w, uint64_t time_ns, int wait_status);
/* Bytes written so far. */
uint64_t recording_writer_bytes(const struct recording_writer *w);

/* ---- reading ------------------------------------------------------------------------------- */

/* Told of the lines between looks, as they are passed. Embedded by the one who listens. */
struct recording_listener {
    void (*output)(struct recording_listener *l, const char *bytes, size_t len);
    void (*size)(struct recording_listener *l, int rows, int cols);
    void (*end)(struct recording_listener *l, int wait_status); /* -1: of no program */
    /* From the look on that comes next; good until the next call of the reader. */
    void (*narration)(struct recording_listener *l, const struct narration *narration);
};

enum recording_trouble {
    RECORDING_FINE,
    RECORDING_NONE,    /* it is no recording */
    RECORDING_NEWER,   /* of a later version */
    RECORDING_CUT,     /* it ends in the middle; all before that was read */
    RECORDING_CORRUPT, /* the line says what cannot be */
    RECORDING_ENDLESS, /* the line is longer than any that is written */
    RECORDING_IO,      /* read(2) failed */
};

struct recording;

/*
 * fd is borrowed. is_live: it is a pipe that somebody writes to now; recording_next() does not wait
 * then. A file is gone through once, so that it can be jumped in. listener may be NULL. 0 and
 * *out; or -errno, and *trouble says what is wrong with it (-EPROTO: RECORDING_NEWER, -EBADMSG
 * else).
 */
int recording_open(int fd, bool is_live, struct recording_listener *listener,
                   struct recording **out, enum recording_trouble *trouble);
const struct recording_header *recording_header(const struct recording *r);
/* As a source of snapshots; source_free() ends it. */
struct source *recording_source(struct recording *r);

/*
 * source_next() on it: 0; -ENODATA at the end, be it a whole one or a cut; -EAGAIN: nothing has
 * come yet (is_live); -EBADMSG, -EMSGSIZE, -errno. recording_trouble() says afterwards what
 * there was, and *line where.
 */
enum recording_trouble recording_trouble(const struct recording *r, uint64_t *line);

/* How many looks a file holds; 0 for a pipe. */
uint64_t recording_count(const struct recording *r);
/*
 * Let look `index` (from 0) be the next one; the listener is told nothing of what is passed but
 * the narration. 0,
 * -EINVAL: there is no such look, or as recording_next().
 */
int recording_seek(struct recording *r, uint64_t index);

#endif
