/*
 * dashboard.h - the event loop: snapshots from a source, keys, the watched program's
 * terminal and signals in; pictures out. The only place where the dashboard has effects.
 *
 * It owns time (when to look, when to draw), the history, and what keys do beyond the view.
 * What is drawn is the view's business, where snapshots come from the source's, and whoever
 * calls ends the program and judges how it went.
 */
#ifndef PROCLAB_UI_DASHBOARD_H
#define PROCLAB_UI_DASHBOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct grid;
struct moment;
struct narration;
struct run;
struct source;
struct terminal;
struct tty;

/* What a narrator that goes on in steps asks for. */
struct narrator_wish {
    const char *type; /* for the program; NULL: nothing */
    bool goes_live;   /* the newest is shown */
    uint64_t time_ns; /* else, if not 0: the look of that time, and the picture stands */
    bool quits;
    char tell[128]; /* a line for the person; "": none */
};

/* Who tells what the running lab says of itself. Embedded by the one who implements it. */
struct narrator {
    /* Look for news; true: there is some. *narration is the teller's, good until the next call. */
    bool (*look)(struct narrator *narrator, const struct narration **narration);
    /*
     * Of one who has steps of his own; both NULL: the program has them, and reads Enter. The
     * newest that was seen, and whether it is what is shown; true: *wish is to be done. And the
     * person goes on (by 1) or back (-1).
     */
    bool (*see)(struct narrator *narrator, const struct moment *newest, bool is_live,
                struct narrator_wish *wish);
    void (*step)(struct narrator *narrator, int by, struct narrator_wish *wish);
};

struct dashboard_options {
    const char *title;         /* "03-pipe", "watch -- yes" */
    const char *source_name;   /* "LIVE", "REPLAY" */
    bool is_replay;            /* the source is a recording: it is played at its own pace */
    double speed;              /* of a recording at the start; 0: as it was */
    size_t history_bytes;      /* what may be kept; 0: 64 MiB */
    double rate_hz;            /* 1 to 60 */
    struct source *source;     /* borrowed */
    struct run *run;           /* the program on a pty; NULL: none; borrowed */
    struct terminal *terminal; /* its screen; with run; borrowed */
    struct narrator *narrator; /* NULL: none */
    bool is_lab;               /* PgUp goes back an act: its prompt understands "b" */
    bool quits_with_program;   /* do not stay when it has ended */
    bool shows_threads;        /* at the start */
    int subject;               /* that stays until a key is pressed; 0: the first, or the lab's */
    /* Keep this picture; the name that it got into path. 0 or -errno. */
    int (*save_picture)(const struct grid *picture, const char *title, char *path, size_t len);
};

struct dashboard_result {
    int signal; /* SIGTERM, SIGHUP, SIGINT ...: the caller cleans up and ends by it; 0: none */
};

/*
 * Run until the person quits, a signal ends it, the terminal is gone, or (quits_with_program) the
 * program has ended. The terminal is given back in any case. 0, or -errno when it could not be
 * begun or gone on with.
 */
int dashboard_run(struct tty *tty, const struct dashboard_options *options,
                  struct dashboard_result *result);

/* The size that the program's terminal will have at first. */
void dashboard_program_size(const struct tty *tty, int *rows, int *cols);

#endif
