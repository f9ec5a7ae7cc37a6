/* proclab export: pictures of a recording, as a file of some format. */
#include "export/export.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/frames.h"
#include "cmd/options.h"
#include "cmd/outfile.h"
#include "cmd/playback.h"
#include "cmd/session.h"
#include "export/paper.h"
#include "model/history.h"
#include "ui/clock.h"
#include "view/view.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    OPTION_THEME = 256,
    OPTION_SIZE,
    OPTION_AT,
    OPTION_FROM,
    OPTION_TO,
    OPTION_SUBJECT,
    OPTION_PROJECTOR,
    HISTORY_BYTES = 4 * 1024 * 1024,
    SECONDS_MAX = 1000000000,
    PROGRESS_AFTER_MS = 500,
    PROGRESS_EVERY_MS = 100,
    PROGRESS_WIDTH = 30,
};

static const struct option_row options[] = {
    {"output", 'o', "FILE", "where they go (standard output)"},
    {"format", 'f', "FORMAT",
     "text, svg (one picture: the last), html (a page to step through),\n"
     "cast (for asciinema); without: as FILE is named, else text"},
    {"theme", OPTION_THEME, "THEME", "colours of svg, html, cast: dark, light, projector, mono"},
    {"size", OPTION_SIZE, "COLSxROWS", "of the pictures (80x24)"},
    {"at", OPTION_AT, "SECONDS",
     "the picture this long after the recording's beginning: the first\n"
     "look not before that"},
    {"from", OPTION_FROM, "SECONDS", "leave out what was before"},
    {"to", OPTION_TO, "SECONDS", "end with the first look not before that"},
    {"subject", OPTION_SUBJECT, "N",
     "the panel on the right, 1 to 5 as its key (as the lab asked, or\n"
     "1): 1 pipes, 2 memory, 3 switches, 4 timeline, 5 detail"},
    {"threads", 't', NULL, "show threads"},
    {"projector", OPTION_PROJECTOR, NULL, "to be read from afar, in the theme of that name"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "export",
    .synopsis = "[OPTION...] RECORDING\n[OPTION...] -",
    .about = "Make pictures of what `proclab record` has seen, as `proclab replay` would show it: "
             "of the\nlast look, or of each that shows something new. - reads the recording from "
             "standard input.",
    .options = options,
    .examples = "proclab export -o lecture.html lecture.zst\n"
                "proclab export --at 2.5 --size 120x36 -o full-pipe.svg lecture.zst\n"
                "proclab record -o - -- make | proclab export -o make.cast -",
    .exit_status = "0, also for a recording that was cut (with a warning); 1 it cannot be read, or "
                   "not\nto its end, or FILE cannot be written: then there is none; 2 wrong usage",
};

static const struct playback_words words = {
    .verb = "export",
    .if_cut = "what comes before was exported",
    .if_damaged = "nothing was exported",
};

struct progress {
    uint64_t size; /* of the file; 0: nothing is shown */
    int64_t due_ns;
    bool is_shown;
};

struct exporter {
    const struct export_format *format;
    const struct paper *paper;
    const char *out_path; /* NULL: standard output */
    int rows, cols;
    uint64_t from_ns, to_ns; /* since the first look */
    bool has_at, has_range;
    struct view_state state;
    struct playback playback;
    struct progress progress;
    struct outfile out;
    struct history *history;
    struct export_sink *sink;
    struct grid grid, before; /* now, and as it was put last */
    uint64_t first_ns;        /* when the first picture was */
    uint64_t newest_event_ns;
};

/* ---- how far it is --------------------------------------------------------------------------- */

static void progress_init(struct progress *p, int fd)
{
    struct stat stat;
    *p = (struct progress){.due_ns = clock_monotonic_ns() + PROGRESS_AFTER_MS * INT64_C(1000000)};
    if (isatty(STDERR_FILENO) && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode))
        p->size = (uint64_t)stat.st_size;
}

static void progress_show(struct progress *p, int fd)
{
    if (p->size == 0)
        return;
    int64_t now_ns = clock_monotonic_ns();
    if (now_ns < p->due_ns)
        return;
    off_t at = lseek(fd, 0, SEEK_CUR);
    uint64_t done = at < 0 ? 0 : (uint64_t)at < p->size ? (uint64_t)at : p->size;
    char bar[PROGRESS_WIDTH + 1] = "";
    memset(bar, '#', done * PROGRESS_WIDTH / p->size);
    fprintf(stderr, "\rproclab: [%-*s] %3d%%  %.1f of %.1f MiB", PROGRESS_WIDTH, bar,
            (int)(done * 100 / p->size), (double)done / 1048576, (double)p->size / 1048576);
    p->is_shown = true;
    p->due_ns = now_ns + PROGRESS_EVERY_MS * INT64_C(1000000);
}

static void progress_end(const struct progress *p)
{
    if (p->is_shown)
        fputs("\r\033[K", stderr);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static bool is_same_picture(const struct grid *a, const struct grid *b)
{
    for (size_t i = 0; i < (size_t)a->rows * (size_t)a->cols; i++)
        if (!cell_is_same(&a->cells[i], &b->cells[i]))
            return false;
    return true;
}

/* The newest look, unless it shows nothing new. */
static int put(struct exporter *e)
{
    struct moment moment;
    int error = history_moment(e->history, history_count(e->history) - 1, &moment);
    if (error)
        return error;
    uint64_t time_ns = moment.now->time_ns;
    bool has_event = frames_has_event(&moment, &e->newest_event_ns);
    playback_draw(&e->playback, e->history, &moment, &e->state, &e->grid);
    moment_fini(&moment);
    bool is_first = e->sink->n_frames == 0;
    if (is_first)
        e->first_ns = time_ns;
    else if (is_same_picture(&e->grid, &e->before))
        return 0;
    const struct export_frame frame = {
        .grid = &e->grid, .time_ns = time_ns - e->first_ns, .has_event = has_event};
    error = export_put(e->sink, &frame);
    struct grid swapped = e->before;
    e->before = e->grid;
    e->grid = swapped;
    return error;
}

static int put_range(struct exporter *e)
{
    bool is_film = e->format->is_film, is_over = false;
    uint64_t begin_ns = 0, now_ns = 0; /* now: since the beginning */
    int error = 0;
    for (bool is_first = true; !error && !is_over; is_first = false) {
        struct snapshot *look;
        error = playback_next(&e->playback, &look);
        if (error)
            break;
        if (is_first)
            begin_ns = look->time_ns;
        now_ns = look->time_ns - begin_ns;
        is_over = now_ns >= e->to_ns;
        error = history_push(e->history, look);
        if (!error && now_ns >= e->from_ns && (is_film || is_over))
            error = put(e);
        progress_show(&e->progress, e->playback.fd);
    }
    progress_end(&e->progress);
    if (error != -ENODATA)
        return error;
    /* A still of what it ends with, unless it was to be of a later moment. */
    return !is_film && !e->has_at && now_ns >= e->from_ns ? put(e) : 0;
}

/* ---- the file -------------------------------------------------------------------------------- */

static const char *volatile unfinished;

static void remove_unfinished(int number)
{
    if (unfinished)
        unlink(unfinished);
    raise(number); /* once more, and this time as usual: SA_RESETHAND */
}

static void take_signals(void)
{
    static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        struct sigaction old, action = {.sa_handler = remove_unfinished, .sa_flags = SA_RESETHAND};
        if (sigaction(taken[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(taken[i], &action, NULL);
    }
}

/* Renamed over what it is made of, it would be lost. */
static bool is_recording_itself(const struct exporter *e)
{
    struct stat in, out;
    return e->out_path && stat(e->out_path, &out) == 0 && fstat(e->playback.fd, &in) == 0 &&
           S_ISREG(out.st_mode) && in.st_dev == out.st_dev && in.st_ino == out.st_ino;
}

static int prepare(struct exporter *e)
{
    const struct export_options sink_options = {
        .title = recording_header(e->playback.recording)->title,
        .rows = e->rows,
        .cols = e->cols,
        .paper = e->paper,
    };
    e->history = history_new(HISTORY_BYTES);
    int error = e->history ? grid_init(&e->grid, e->rows, e->cols) : -ENOMEM;
    if (!error)
        error = grid_init(&e->before, e->rows, e->cols);
    return error ? error : export_open(e->format, &sink_options, e->out.stream, &e->sink);
}

static int complain_write(const struct exporter *e, int error)
{
    if (!e->out_path && ferror(stdout)) /* main() says so, as of all that is printed */
        return EXIT_FAILED;
    return complain(EXIT_FAILED, error, NULL, "cannot write %s",
                    e->out_path ? e->out_path : "standard output");
}

/* What was put, whole: given its name. */
static int commit(struct exporter *e)
{
    int error = export_close(e->sink);
    e->sink = NULL;
    if (error == -ENODATA)
        return complain(EXIT_FAILED, 0, "seconds count from its beginning",
                        "%s ends before that time", e->playback.path);
    if (!error)
        error = outfile_commit(&e->out);
    return error ? complain_write(e, error) : EXIT_OK;
}

static int make(struct exporter *e)
{
    if (is_recording_itself(e))
        return complain(EXIT_USAGE, 0, "name another file", "%s is the recording itself",
                        e->out_path);
    int error = outfile_open(&e->out, e->out_path);
    if (error)
        return complain(EXIT_FAILED, error, NULL, "cannot write %s", e->out_path);
    unfinished = e->out.path ? e->out.temporary : NULL;
    progress_init(&e->progress, e->playback.fd);
    error = prepare(e);
    if (!error)
        error = put_range(e);
    if (error && ferror(e->out.stream))
        return complain_write(e, error);
    int status = error || e->sink->n_frames ? playback_complain(&e->playback, error) : EXIT_OK;
    return status ? status : commit(e);
}

/* ---- */

static int parse_seconds(const char *option, uint64_t *ns)
{
    char *end;
    double seconds = strtod(optarg, &end);
    if (*end || end == optarg || !(seconds >= 0 && seconds <= SECONDS_MAX))
        return complain(EXIT_USAGE, 0, "as in --at 2.5", "%s wants seconds, not '%s'", option,
                        optarg);
    *ns = (uint64_t)(seconds * 1e9);
    return 0;
}

static int parse_look(struct exporter *e, int code)
{
    long number;
    switch (code) {
    case 'f':
        return session_parse_format(optarg, &e->format);
    case OPTION_THEME:
        return session_parse_theme(optarg, &e->paper);
    case OPTION_SIZE:
        return session_parse_size(optarg, &e->rows, &e->cols);
    default: /* OPTION_SUBJECT */
        if (!options_parse_number(&usage, "--subject", optarg, 1, 5, &number))
            return EXIT_USAGE;
        e->state.subject = (int)number;
        e->state.keeps_subject = true;
        return 0;
    }
}

static int parse_option(struct exporter *e, int code)
{
    switch (code) {
    case 'o':
        e->out_path = strcmp(optarg, "-") == 0 ? NULL : optarg;
        return 0;
    case 't':
        e->state.show_threads = true;
        return 0;
    case OPTION_PROJECTOR:
        e->state.projector = true;
        return 0;
    case OPTION_AT:
        e->has_at = true;
        return parse_seconds("--at", &e->to_ns);
    case OPTION_FROM:
        e->has_range = true;
        return parse_seconds("--from", &e->from_ns);
    case OPTION_TO:
        e->has_range = true;
        return parse_seconds("--to", &e->to_ns);
    default:
        return parse_look(e, code);
    }
}

/* By what the file's name ends in; text else. */
static const struct export_format *format_of(const char *path)
{
    const char *dot = path ? strrchr(path, '.') : NULL;
    const struct export_format *format = dot ? export_find(dot + 1) : NULL;
    return format ? format : &export_text;
}

/* What was not said, and what does not go together. */
static int settle(struct exporter *e)
{
    if (!e->format)
        e->format = format_of(e->out_path);
    if (!e->paper)
        e->paper = paper_find(e->state.projector ? "projector" : "dark");
    e->state.ascii = e->format == &export_text && !tty_is_utf8();
    if (e->has_at && e->has_range)
        return complain(EXIT_USAGE, 0, NULL, "--at is one moment, --from and --to are a range");
    if (e->has_at && e->format->is_film)
        return complain(EXIT_USAGE, 0, "--from and --to choose a part of it",
                        "--at is one moment, %s shows many", e->format->name);
    if (e->from_ns > e->to_ns)
        return complain(EXIT_USAGE, 0, NULL, "--from is after --to");
    return 0;
}

int cmd_export(int argc, char **argv)
{
    struct exporter e = {
        .rows = 24,
        .cols = 80,
        .to_ns = UINT64_MAX,
        .state = {.subject = 1, .follow = true},
    };
    int code, status = 0;
    while (!status && (code = options_next(&usage, argc, argv)) >= 0)
        status = parse_option(&e, code);
    if (status || code != OPTIONS_END)
        return status ? status : options_status(code);
    status = settle(&e);
    if (status)
        return status;
    if (optind + 1 != argc)
        return complain(EXIT_USAGE, 0, "as in: proclab export -o FILE.svg RECORDING",
                        optind == argc ? "which recording?" : "one recording at a time");
    take_signals();
    status = playback_open(&e.playback, argv[optind], false, &words);
    if (!status)
        status = make(&e);
    export_abandon(e.sink);
    outfile_abandon(&e.out);
    unfinished = NULL;
    history_free(e.history);
    grid_fini(&e.grid);
    grid_fini(&e.before);
    playback_close(&e.playback);
    return status;
}
