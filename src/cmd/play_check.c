#include "cmd/play.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/launch.h"
#include "cmd/play_record.h"
#include "cmd/session.h"
#include "model/history.h"
#include "model/narration.h"
#include "model/source.h"
#include "proc/live.h"
#include "run/terminal.h"
#include "scenario/match.h"
#include "scenario/scenario.h"
#include "ui/clock.h"
#include "ui/program.h"
#include "ui/signals.h"
#include "view/view.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HISTORY_BYTES = 4 * 1024 * 1024, ROWS = 24, COLS = 80 };

/* So that a step is over soon; and as the dashboard does, where there is time. */
#define LOOK_NS      INT64_C(20000000)
#define AUTO_LOOK_NS INT64_C(50000000)

struct check {
    const struct scenario *scenario;
    const struct play_options *options;
    struct launch launch;
    struct play_record record;
    struct program program;
    struct source *source;
    struct history *history;
    int64_t period_ns; /* from look to look */
    unsigned step;     /* under way */
    bool is_true;      /* it has come true */
    pid_t spotlight;   /* whom it, or one before, is about; 0: nobody */
    int subject;       /* in a recording: what it shows; 0: nothing in particular */
    char instead[600]; /* of the step under way */
};

/* Take what the program writes until the next look is due, or a signal is to end us. */
static void wait_until(struct program *p, int64_t due_ns)
{
    program_begin_frame(p);
    for (int64_t left; (left = due_ns - clock_monotonic_ns()) > 0 && !signals_ending();) {
        short events = program_wanted_events(p);
        struct pollfd fd = {.fd = events ? run_pty(p->run) : -1, .events = events};
        if (signals_wait(&fd, 1, left) < 0)
            return;
        if (signals_take_tstp())
            signals_stop(true);
        if (fd.revents & POLLOUT)
            program_flush(p);
        if (fd.revents & ~POLLOUT)
            program_read(p);
    }
}

/* In a recording: what the step says, from the next look on. */
static void narrate(struct check *c)
{
    char title[PLAY_TITLE_BYTES];
    struct narration narration;
    play_narrate(c->scenario, c->step, c->is_true ? ": seen" : "", title, &narration);
    narration.region.pid = c->spotlight;
    c->subject = c->options->record_path ? narration.subject : 0;
    play_record_narration(&c->record, &narration);
}

/* Of this moment on: whom the step is about, and what is to be read besides at the next look. */
static void point(struct check *c, const struct until *until, const struct moment *moment)
{
    pid_t spotlight = match_spotlight(until, moment);
    if (spotlight && spotlight != c->spotlight && !c->is_true) {
        c->spotlight = spotlight;
        narrate(c);
    }
    struct source_wish wish = {.memory_pid = match_pages_pid(until, moment),
                               .all_details = c->subject == view_subject_of("detail")};
    if (!wish.memory_pid && c->subject == view_subject_of("memory"))
        wish.memory_pid = c->spotlight;
    source_want(c->source, &wish);
}

/* Look once. 1: until is true; 0: not yet, and instead says why; -errno. */
static int look(struct check *c, const struct until *until)
{
    struct snapshot *snapshot;
    struct moment moment;
    int error = source_next(c->source, &snapshot);
    if (error)
        return error == -EAGAIN ? 0 : error;
    error = history_push(c->history, snapshot);
    if (!error)
        error = history_moment(c->history, history_count(c->history) - 1, &moment);
    if (error)
        return error;
    point(c, until, &moment);
    char *text = terminal_text(c->launch.terminal);
    bool is_true = match_until(until, &moment, text);
    if (!is_true)
        match_explain(until, &moment, text, c->instead, sizeof c->instead);
    free(text);
    moment_fini(&moment);
    return is_true;
}

/*
 * The step has come true. In a recording there is a look that says so, and with --auto the time to
 * read it. 1 or -errno.
 */
static int dwell(struct check *c, int64_t begin_ns)
{
    int64_t end_ns = c->options->is_auto ? begin_ns + play_pace_ns(c->scenario, c->step) : 0;
    int64_t now_ns;
    int result;
    c->is_true = true;
    narrate(c);
    do {
        now_ns = clock_monotonic_ns();
        program_read(&c->program);
        result = look(c, c->scenario->steps[c->step].until);
        wait_until(&c->program, now_ns + c->period_ns);
    } while (result >= 0 && now_ns < end_ns && !signals_ending());
    return result < 0 ? result : 1;
}

/* What cannot be typed, or looked at, ends the scenario. */
static int check_step(struct check *c, unsigned i)
{
    const struct scenario *s = c->scenario;
    const struct scenario_step *step = &s->steps[i];
    int64_t begin_ns = clock_monotonic_ns(), now_ns = begin_ns;
    int result = 0;
    c->instead[0] = '\0';
    c->step = i;
    c->is_true = false;
    narrate(c);
    if (step->send && !program_type(&c->program, step->send, strlen(step->send)))
        return complain(EXIT_FAILED, 0, NULL,
                        "%s: step %u of %u: the program's terminal takes nothing any more",
                        c->options->name, i + 1, s->n_steps);
    /* A look that was begun in time counts, so there is one at least. */
    for (; now_ns - begin_ns <= step->within_ns; now_ns = clock_monotonic_ns()) {
        program_read(&c->program);
        result = look(c, step->until);
        if (result || signals_ending())
            break;
        wait_until(&c->program, now_ns + c->period_ns);
    }
    if (result > 0 && (c->options->is_auto || c->options->record_path))
        result = dwell(c, begin_ns);
    if (result < 0)
        return complain(EXIT_FAILED, result, "is /proc mounted?", "%s: cannot go on watching",
                        c->options->name);
    if (result || signals_ending())
        return 0;
    return complain(EXIT_FAILED, 0, NULL, "%s: step %u of %u: not within %g s: %s",
                    c->options->name, i + 1, s->n_steps, (double)step->within_ns / 1e9, c->instead);
}

static int start(struct check *c)
{
    int status = play_unable(launch_start(&c->launch, c->scenario->run, NULL, ROWS, COLS, -1));
    if (status)
        return status;
    program_init(&c->program, c->launch.run, c->launch.terminal);
    play_record_listen(&c->record, c->launch.terminal);
    struct live_options live = {0};
    launch_fill_live(&c->launch, &live);
    int error = live_open(&live, &c->source);
    if (error)
        return session_complain_source(error, live.root_pid);
    c->source = play_record_source(&c->record, c->source);
    error = signals_init();
    return error ? complain(EXIT_FAILED, error, NULL, "cannot play %s", c->options->name) : 0;
}

int play_check(const struct scenario *scenario, const struct play_options *options)
{
    struct check c = {
        .scenario = scenario,
        .options = options,
        .launch = {.exact = LAUNCH_EXACT_BEST, .cwd = options->folder, .has_scratch = true},
        .history = history_new(HISTORY_BYTES),
        .period_ns = options->is_auto ? AUTO_LOOK_NS : LOOK_NS,
    };
    if (!c.history)
        return complain(EXIT_FAILED, ENOMEM, NULL, "cannot play %s", options->name);
    int status = play_record_open(&c.record, options->record_path, options->overwrites,
                                  scenario->title, 1e9 / (double)c.period_ns);
    if (!status)
        status = start(&c);
    bool has_begun = !status;
    for (unsigned i = 0; i < scenario->n_steps && !status && !signals_ending(); i++)
        status = check_step(&c, i);
    source_free(c.source);
    status = play_record_close(&c.record, status, !has_begun);
    play_end(&c.launch);
    history_free(c.history);
    if (has_begun && signals_ending())
        session_end_by(signals_ending());
    if (has_begun)
        signals_fini();
    return status;
}
