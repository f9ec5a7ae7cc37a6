/* proclab replay: the dashboard on a recording, from a file or a pipe. */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/options.h"
#include "cmd/picture.h"
#include "cmd/playback.h"
#include "cmd/session.h"
#include "export/text.h"
#include "model/history.h"
#include "ui/dashboard.h"
#include "view/view.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    OPTION_FRAMES = 256,
    OPTION_SIZE,
    OPTION_HISTORY,
    OPTION_SUBJECT,
    FRAMES_HISTORY_BYTES = 4 * 1024 * 1024,
    DRAW_HZ = 20, /* the looks themselves come at the recording's own times */
};

static const struct option_row options[] = {
    {"speed", 's', "N", "N times as fast, 0.1 to 100 (1); + and - change it"},
    {"history", OPTION_HISTORY, "SIZE", "memory for going back in time, as 256M or 1G (64M)"},
    {"threads", 't', NULL, "show threads from the start"},
    {"subject", OPTION_SUBJECT, "N",
     "the panel on the right, 1 to 5 as its key (as the lab asked, or\n"
     "1): 1 pipes, 2 memory, 3 switches, 4 timeline, 5 detail"},
    {"frames", OPTION_FRAMES, "N", "print N pictures as text, one a recorded second"},
    {"size", OPTION_SIZE, "COLSxROWS", "of these pictures (80x24)"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "replay",
    .synopsis = "[OPTION...] FILE\n[OPTION...] -",
    .about = "Show what `proclab record` has seen: the same dashboard with the same keys. - reads "
             "the\nrecording from standard input while it is made.",
    .options = options,
    .examples = "proclab replay lecture.zst\n"
                "proclab record -o - -- make | proclab replay -",
    .exit_status = "0, also for a recording that was cut (with a warning); 1 it cannot be read, or "
                   "not\nto its end; 2 wrong usage; 77 this terminal cannot show the dashboard",
};

struct replay {
    struct playback playback;
    struct view_state state; /* of pictures */
    bool shows_threads;
    int subject; /* 0: not asked for */
    double speed;
    long n_frames, n_printed;
    int rows, cols;
    size_t history_bytes; /* 0: the default */
};

static const struct playback_words words = {
    .verb = "replay",
    .if_cut = "what comes before was shown",
    .if_damaged = "what comes before was shown",
};

/* ---- pictures as text ------------------------------------------------------------------------ */

static int print_moment(struct replay *r, struct history *history, struct grid *grid)
{
    struct moment moment;
    int error = history_moment(history, history_count(history) - 1, &moment);
    if (error)
        return error;
    playback_draw(&r->playback, history, &moment, &r->state, grid);
    moment_fini(&moment);
    if (r->n_printed++ > 0)
        putchar('\n');
    error = text_write(stdout, grid, NULL, 0);
    fflush(stdout);
    return error;
}

/* One a second of the recording, and what it ends with. */
static int print_all(struct replay *r, struct history *history, struct grid *grid)
{
    uint64_t due_ns = 0;
    bool is_printed = true;
    int error = 0;
    while (!error && r->n_printed < r->n_frames) {
        struct snapshot *look;
        error = playback_next(&r->playback, &look);
        if (!error) {
            uint64_t time_ns = look->time_ns;
            error = history_push(history, look);
            if (due_ns == 0)
                due_ns = time_ns + 1000000000;
            is_printed = time_ns >= due_ns;
            if (!error && is_printed) {
                error = print_moment(r, history, grid);
                due_ns = time_ns + 1000000000;
            }
        }
    }
    if (error && error != -ENOMEM && !is_printed && history_count(history) > 0)
        print_moment(r, history, grid);
    return error == -ENODATA ? 0 : error;
}

static int show_frames(struct replay *r)
{
    struct history *history = history_new(FRAMES_HISTORY_BYTES);
    struct grid grid = {0};
    r->state = (struct view_state){
        .subject = r->subject ? r->subject : 1,
        .keeps_subject = r->subject != 0,
        .ascii = !tty_is_utf8(),
        .show_threads = r->shows_threads,
        .follow = true,
    };
    int error = history ? grid_init(&grid, r->rows, r->cols) : -ENOMEM;
    if (!error)
        error = print_all(r, history, &grid);
    grid_fini(&grid);
    history_free(history);
    return error;
}

/* ---- the dashboard --------------------------------------------------------------------------- */

static int show_dashboard(struct replay *r, struct tty *tty, int *signal)
{
    const struct dashboard_options dashboard = {
        .title = recording_header(r->playback.recording)->title,
        .source_name = "REPLAY",
        .is_replay = true,
        .speed = r->speed,
        .history_bytes = r->history_bytes,
        .rate_hz = DRAW_HZ,
        .source = &r->playback.source,
        .terminal = r->playback.terminal,
        .narrator = &r->playback.narrator,
        .subject = r->subject,
        .shows_threads = r->shows_threads,
        .save_picture = picture_save,
    };
    struct dashboard_result result;
    int error = dashboard_run(tty, &dashboard, &result);
    *signal = result.signal;
    return error;
}

static int show(struct replay *r, int *signal)
{
    struct tty *tty = NULL;
    enum tty_problem problem;
    int error = r->n_frames ? 0 : tty_open(&tty, &problem);
    if (error)
        return session_complain_tty(problem, error);
    error = tty ? show_dashboard(r, tty, signal) : show_frames(r);
    tty_close(tty);
    return playback_complain(&r->playback, error);
}

/* ---- */

static int parse_option(struct replay *r, int code)
{
    char *end;
    long number;
    switch (code) {
    case 's':
        r->speed = strtod(optarg, &end);
        if (*end || end == optarg || !(r->speed >= 0.1 && r->speed <= 100))
            return complain(EXIT_USAGE, 0, "as in --speed 2",
                            "--speed wants a number from 0.1 to 100, not '%s'", optarg);
        return 0;
    case 't':
        r->shows_threads = true;
        return 0;
    case OPTION_FRAMES:
        return options_parse_number(&usage, "--frames", optarg, 1, 1000000, &r->n_frames)
                   ? 0
                   : EXIT_USAGE;
    case OPTION_SUBJECT:
        if (!options_parse_number(&usage, "--subject", optarg, 1, 5, &number))
            return EXIT_USAGE;
        r->subject = (int)number;
        return 0;
    case OPTION_HISTORY:
        return options_parse_bytes(&usage, "--history", optarg, &r->history_bytes) ? 0 : EXIT_USAGE;
    default:
        return session_parse_size(optarg, &r->rows, &r->cols);
    }
}

int cmd_replay(int argc, char **argv)
{
    struct replay r = {
        .speed = 1,
        .rows = 24,
        .cols = 80,
    };
    int code, status = 0, signal = 0;
    while (!status && (code = options_next(&usage, argc, argv)) >= 0)
        status = parse_option(&r, code);
    if (status || code != OPTIONS_END)
        return status ? status : options_status(code);
    if (optind + 1 != argc)
        return complain(EXIT_USAGE, 0, "as in: proclab replay FILE",
                        optind == argc ? "which recording?" : "one recording at a time");
    status = playback_open(&r.playback, argv[optind], true, &words);
    if (!status)
        status = show(&r, &signal);
    playback_close(&r.playback);
    if (signal)
        session_end_by(signal);
    return status;
}
