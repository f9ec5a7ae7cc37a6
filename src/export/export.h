/*
 * export.h - pictures of the dashboard, one or many, as a file of some format.
 *
 *     export_open(format, &options, out, &sink);
 *     export_put(sink, &frame);      once a picture
 *     export_close(sink);
 *
 * A format is one file with its `const struct export_format`, and one line in the table of
 * export.c. The caller owns the file: opening it, naming it, closing it.
 */
#ifndef PROCLAB_EXPORT_EXPORT_H
#define PROCLAB_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct export_sink;
struct grid;
struct paper;

struct export_options {
    const char *title; /* borrowed, as long as the sink lives */
    int rows, cols;    /* of each picture */
    const struct paper *paper;
};

struct export_frame {
    const struct grid *grid;
    uint64_t time_ns; /* since the first; never less than the one before */
    bool has_event;   /* since the one before something was born, exec'ed or ended */
};

struct export_format {
    const char *name;    /* "svg" */
    const char *summary; /* one line */
    bool is_film;        /* each look is worth a frame; else few, apart, or one */
    /* Each 0 or -errno. start may set sink->state; free, which may be NULL, gives it back. */
    int (*start)(struct export_sink *sink);
    int (*put)(struct export_sink *sink, const struct export_frame *frame);
    int (*finish)(struct export_sink *sink);
    void (*free)(void *state);
};

struct export_sink {
    const struct export_format *format;
    struct export_options options;
    FILE *out; /* borrowed */
    long n_frames;
    void *state; /* the format's */
};

extern const struct export_format export_text, export_svg, export_html, export_cast;

extern const struct export_format *const export_formats[];
extern const size_t n_export_formats;
/* By its name; NULL: there is none such. */
const struct export_format *export_find(const char *name);

/* 0 or -errno; *sink only on success. */
int export_open(const struct export_format *format, const struct export_options *options, FILE *out,
                struct export_sink **sink);
/* 0, -EINVAL for a picture of another size, or -errno. */
int export_put(struct export_sink *sink, const struct export_frame *frame);
/* Write what is left and free it. 0, -ENODATA without any frame, or -errno. */
int export_close(struct export_sink *sink);
/* Free it; the file is not whole. NULL is allowed. */
void export_abandon(struct export_sink *sink);

#endif
