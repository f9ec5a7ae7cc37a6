#include "cmd/session.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/frames.h"
#include "cmd/lab_facts.h"
#include "cmd/lab_paths.h"
#include "cmd/launch.h"
#include "cmd/outfile.h"
#include "cmd/picture.h"
#include "export/export.h"
#include "export/paper.h"
#include "model/source.h"
#include "proc/live.h"
#include "ui/dashboard.h"
#include "ui/tty.h"
#include "view/view.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TREE_HZ = 20, SYSTEM_HZ = 2 };

struct session {
    const struct session_options *options;
    struct tty *tty; /* NULL: frames */
    struct launch launch;
    struct lab_facts facts;
    bool has_facts;
    struct source *source;
    struct outfile out; /* for frames */
    int signal;         /* that has ended it */
};

int session_complain_tty(enum tty_problem problem, int error)
{
    const char *term = getenv("TERM");
    switch (problem) {
    case TTY_NONE:
        return complain(EXIT_UNABLE, error, "--frames 3 prints pictures as text",
                        "the dashboard needs a terminal");
    case TTY_NO_TERM:
        return complain(EXIT_UNABLE, 0, "set it, e.g. export TERM=xterm-256color",
                        "TERM is not set");
    case TTY_UNKNOWN_TERM:
        return complain(EXIT_UNABLE, 0,
                        "set one that is known here, e.g. TERM=xterm, or install ncurses-term",
                        "nothing is known of the terminal TERM=%s", term);
    case TTY_TOO_SIMPLE:
        return complain(EXIT_UNABLE, 0, "use another terminal, or --frames 3 for pictures as text",
                        "the terminal TERM=%s cannot place its cursor", term);
    default:
        return complain(EXIT_FAILED, error, NULL, "cannot open the terminal");
    }
}

static int open_output(struct session *s)
{
    enum tty_problem problem;
    int error;
    if (s->options->n_frames > 0) {
        error = outfile_open(&s->out, s->options->out_path);
        return error ? complain(EXIT_FAILED, error, NULL, "cannot write %s", s->options->out_path)
                     : 0;
    }
    error = tty_open(&s->tty, &problem);
    return error ? session_complain_tty(problem, error) : 0;
}

static int start_program(struct session *s)
{
    const struct session_options *o = s->options;
    if (!o->argv)
        return 0;
    if (o->is_lab || lab_is_demo(o->argv[0])) {
        int error = lab_facts_init(&s->facts);
        if (error)
            return complain(EXIT_FAILED, error, NULL, "cannot make a file for the lab's facts");
        s->has_facts = true;
    }
    int rows, cols;
    if (s->tty) {
        dashboard_program_size(s->tty, &rows, &cols);
    } else {
        struct view_layout layout;
        view_layout(o->rows, o->cols, &(struct view_state){.subject = 1}, true, &layout);
        rows = layout.output_inside.rows > 0 ? layout.output_inside.rows : 24;
        cols = layout.output_inside.cols > 0 ? layout.output_inside.cols : 80;
    }
    return launch_start(&s->launch, o->argv, s->tty, rows, cols, s->has_facts ? s->facts.fd : -1);
}

int session_complain_source(int error, pid_t root_pid)
{
    if (error == -ESRCH || error == -ENOENT)
        return complain(EXIT_FAILED, -ESRCH, "ps -e lists those that there are",
                        "there is no process %d (any more)", (int)root_pid);
    if (error == -EACCES || error == -EPERM)
        return complain(EXIT_FAILED, error, "watch one of your own, or be root",
                        "process %d may not be watched", (int)root_pid);
    return complain(EXIT_FAILED, error, "is /proc mounted?", "cannot read /proc");
}

static int open_source(struct session *s)
{
    const struct session_options *o = s->options;
    struct live_options live = {.root_pid = o->root_pid, .no_peek = o->no_peek};
    int status = o->argv ? 0 : launch_follow_running(&s->launch, o->root_pid);
    if (status)
        return status;
    launch_fill_live(&s->launch, &live);
    int error = live_open(&live, &s->source);
    return error ? session_complain_source(error, o->root_pid) : 0;
}

static double choose_rate(const struct session_options *o)
{
    if (o->rate_hz > 0)
        return o->rate_hz;
    return o->argv || o->root_pid ? TREE_HZ : SYSTEM_HZ;
}

static int make_frames(struct session *s, struct export_sink *sink)
{
    const struct session_options *o = s->options;
    const struct frames_options frames = {
        .title = o->title,
        .source = s->source,
        .sink = sink,
        .launch = s->launch.run ? &s->launch : NULL,
        .facts = s->has_facts ? &s->facts : NULL,
        .is_by_act = o->is_lab,
        .rate_hz = choose_rate(o),
        .n_frames = o->n_frames,
        .rows = o->rows,
        .cols = o->cols,
        .shows_threads = o->shows_threads,
        /* A page or a picture has its own characters, whatever this terminal's are. */
        .is_ascii = sink->format == &export_text && !tty_is_utf8(),
    };
    int error = frames_make(&frames);
    return error ? complain(EXIT_FAILED, error, NULL, "cannot go on watching") : 0;
}

static int show_frames(struct session *s)
{
    const struct session_options *o = s->options;
    const struct export_options options = {
        .title = o->title,
        .rows = o->rows,
        .cols = o->cols,
        .paper = o->paper ? o->paper : paper_find("dark"),
    };
    struct export_sink *sink;
    int error = export_open(o->format ? o->format : &export_text, &options, s->out.stream, &sink);
    if (error)
        return complain(EXIT_FAILED, error, NULL, "cannot make a picture");
    int status = make_frames(s, sink);
    error = export_close(sink);
    if (error == -ENODATA) /* a lab that ended without an act: there was nothing to show */
        error = 0;
    else if (!error && !status)
        error = outfile_commit(&s->out);
    if (ferror(stdout)) /* main() says so, as of all that is printed */
        return status;
    return error && !status ? complain(EXIT_FAILED, error, NULL, "cannot write %s",
                                       o->out_path ? o->out_path : "standard output")
                            : status;
}

static int show_dashboard(struct session *s)
{
    const struct session_options *o = s->options;
    const struct dashboard_options dashboard = {
        .title = o->title,
        .source_name = "LIVE",
        .rate_hz = choose_rate(o),
        .history_bytes = o->history_bytes,
        .source = s->source,
        .run = s->launch.run,
        .terminal = s->launch.terminal,
        .narrator = s->has_facts ? &s->facts.narrator : NULL,
        .is_lab = s->has_facts,
        .quits_with_program = o->quits_with_program,
        .shows_threads = o->shows_threads,
        .save_picture = picture_save,
    };
    struct dashboard_result result;
    int error = dashboard_run(s->tty, &dashboard, &result);
    s->signal = result.signal;
    return error ? complain(EXIT_FAILED, error, NULL, "the dashboard cannot go on") : 0;
}

void session_end_by(int signal_number)
{
    sigset_t only;
    sigemptyset(&only);
    sigaddset(&only, signal_number);
    signal(signal_number, SIG_DFL);
    raise(signal_number);
    sigprocmask(SIG_UNBLOCK, &only, NULL);
    _exit(128 + signal_number);
}

int session_run(const struct session_options *options)
{
    struct session s = {.options = options, .launch = {.exact = options->exact}};
    int status = open_output(&s);
    if (!status)
        status = start_program(&s);
    if (!status)
        status = open_source(&s);
    if (!status)
        status = s.tty ? show_dashboard(&s) : show_frames(&s);
    source_free(s.source);
    int program_status = launch_end(&s.launch);
    if (s.has_facts)
        lab_facts_fini(&s.facts);
    outfile_abandon(&s.out);
    tty_close(s.tty);
    if (s.signal)
        session_end_by(s.signal);
    return status ? status : program_status;
}

void session_make_title(char *title, size_t len, char *const *argv)
{
    int n = snprintf(title, len, "%s", argv[0]);
    for (size_t i = 1; argv[i] && n >= 0 && (size_t)n < len; i++)
        n += snprintf(title + n, len - (size_t)n, " %s", argv[i]);
}

/* A number from 1 to 1000 at *text, which is moved behind it. */
static bool parse_length(const char **text, int *length)
{
    char *end;
    if (**text < '0' || **text > '9')
        return false;
    long value = strtol(*text, &end, 10);
    *text = end;
    *length = (int)value;
    return value >= 1 && value <= 1000;
}

int session_parse_size(const char *text, int *rows, int *cols)
{
    const char *at = text;
    if (parse_length(&at, cols) && *at++ == 'x' && parse_length(&at, rows) && !*at)
        return 0;
    return complain(EXIT_USAGE, 0, "say it as 80x24", "--size does not understand '%s'", text);
}

int session_parse_format(const char *text, const struct export_format **format)
{
    *format = export_find(text);
    return *format ? 0
                   : complain(EXIT_USAGE, 0, "there are text, svg, html, cast",
                              "--format does not know '%s'", text);
}

int session_parse_theme(const char *text, const struct paper **paper)
{
    *paper = paper_find(text);
    return *paper ? 0
                  : complain(EXIT_USAGE, 0, "there are dark, light, projector, mono",
                             "--theme does not know '%s'", text);
}
