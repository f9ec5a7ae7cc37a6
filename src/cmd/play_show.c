#include "cmd/play.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/launch.h"
#include "cmd/picture.h"
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
#include "ui/dashboard.h"
#include "ui/tty.h"
#include "view/view.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { RATE_HZ = 20 };

struct show {
    struct narrator narrator; /* first: what the dashboard is handed */
    const struct scenario *scenario;
    bool is_auto;
    struct launch launch;
    struct play_record record;
    struct source *source;
    bool has_begun;
    unsigned reached; /* the step under way */
    unsigned shown;   /* the one whose words are shown: that, or one before */
    int64_t begin_ns; /* of the step under way */
    bool is_true;     /* it has come true */
    pid_t spotlight;  /* whom the step is about; 0: nobody */
    bool has_news;    /* since the dashboard asked last */
    uint64_t *
        seen_ns; /* of each step: when it had come true, by the snapshots; else when it was last seen */
    char instead[200]; /* of the step under way */
    char failed[300];  /* --auto: why it goes on no further */
    char title[PLAY_TITLE_BYTES];
    struct narration narration;
};

static void narrate(struct show *s)
{
    bool is_past = s->shown < s->reached;
    const char *how = is_past ? ", as it was" : s->is_true ? ": seen" : "";
    play_narrate(s->scenario, s->shown, how, s->title, &s->narration);
    s->narration.is_of_past = is_past;
    s->narration.region.pid = s->spotlight;
    s->has_news = true;
    if (!is_past) /* what is recorded meanwhile is the newest, and of another step */
        play_record_narration(&s->record, &s->narration);
}

static bool look(struct narrator *narrator, const struct narration **narration)
{
    struct show *s = (struct show *)narrator; /* its first member */
    bool has_news = s->has_news;
    s->has_news = false;
    *narration = &s->narration;
    return has_news;
}

static bool is_late(const struct show *s)
{
    return clock_monotonic_ns() - s->begin_ns > s->scenario->steps[s->reached].within_ns;
}

static void begin_step(struct show *s, unsigned step, struct narrator_wish *wish)
{
    s->reached = s->shown = step;
    s->is_true = false;
    s->begin_ns = clock_monotonic_ns();
    snprintf(s->instead, sizeof s->instead, "the step has just begun");
    wish->type = s->scenario->steps[step].send;
    narrate(s);
}

static void step(struct narrator *narrator, int by, struct narrator_wish *wish)
{
    struct show *s = (struct show *)narrator;
    *wish = (struct narrator_wish){0};
    if (!s->has_begun) {
        snprintf(wish->tell, sizeof wish->tell, "the first step is about to begin");
    } else if (by < 0 && s->shown == 0) {
        snprintf(wish->tell, sizeof wish->tell, "this is the first step");
    } else if (by < 0 || s->shown < s->reached) {
        s->shown = by < 0 ? s->shown - 1 : s->shown + 1;
        wish->goes_live = s->shown == s->reached;
        wish->time_ns = s->seen_ns[s->shown];
        narrate(s);
    } else if (!s->is_true && !is_late(s)) {
        snprintf(wish->tell, sizeof wish->tell, "not yet: %.110s", s->instead);
    } else if (s->reached + 1 == s->scenario->n_steps) {
        wish->quits = s->is_auto;
        snprintf(wish->tell, sizeof wish->tell, "this is the last step; q quits");
    } else {
        wish->goes_live = true;
        begin_step(s, s->reached + 1, wish);
    }
}

/* --auto: the step has come true and could be read; or it will not any more. */
static bool goes_on(struct show *s)
{
    const struct scenario_step *now = &s->scenario->steps[s->reached];
    int64_t since_ns = clock_monotonic_ns() - s->begin_ns;
    if (!s->is_auto || s->failed[0])
        return false;
    if (s->is_true)
        return since_ns > play_pace_ns(s->scenario, s->reached);
    if (is_late(s))
        snprintf(s->failed, sizeof s->failed, "step %u of %u: not within %g s: %s", s->reached + 1,
                 s->scenario->n_steps, (double)now->within_ns / 1e9, s->instead);
    return false;
}

static bool see(struct narrator *narrator, const struct moment *moment, bool is_live,
                struct narrator_wish *wish)
{
    struct show *s = (struct show *)narrator;
    *wish = (struct narrator_wish){0};
    if (!s->has_begun) {
        s->has_begun = true;
        begin_step(s, 0, wish);
        return true;
    }
    if (is_live && s->shown < s->reached) {
        s->shown = s->reached;
        narrate(s);
    }
    if (!s->is_true) {
        const struct until *until = s->scenario->steps[s->reached].until;
        char *text = terminal_text(s->launch.terminal);
        pid_t spotlight = match_spotlight(until, moment);
        if (spotlight && spotlight != s->spotlight) {
            s->spotlight = spotlight;
            narrate(s);
        }
        s->seen_ns[s->reached] = moment->now->time_ns;
        s->is_true = match_until(until, moment, text);
        if (s->is_true)
            narrate(s);
        else
            match_explain(until, moment, text, s->instead, sizeof s->instead);
        free(text);
    }
    if (goes_on(s)) {
        step(narrator, 1, wish);
        return true;
    }
    wish->quits = s->failed[0] != '\0';
    return wish->quits;
}

static int start(struct show *s, struct tty *tty)
{
    int rows, cols;
    dashboard_program_size(tty, &rows, &cols);
    int status = play_unable(launch_start(&s->launch, s->scenario->run, tty, rows, cols, -1));
    if (status)
        return status;
    struct live_options live = {0};
    launch_fill_live(&s->launch, &live);
    int error = live_open(&live, &s->source);
    if (error)
        return session_complain_source(error, live.root_pid);
    play_record_listen(&s->record, s->launch.terminal);
    s->source = play_record_source(&s->record, s->source);
    return 0;
}

int play_show(const struct scenario *scenario, const struct play_options *options)
{
    struct show s = {
        .narrator = {.look = look, .see = see, .step = step},
        .scenario = scenario,
        .is_auto = options->is_auto,
        .launch = {.exact = LAUNCH_EXACT_BEST, .cwd = options->folder, .has_scratch = true},
    };
    struct tty *tty = NULL;
    enum tty_problem problem;
    struct dashboard_result result = {0};
    s.seen_ns = calloc(scenario->n_steps, sizeof *s.seen_ns);
    if (!s.seen_ns)
        return complain(EXIT_FAILED, ENOMEM, NULL, "cannot play the scenario");
    narrate(&s);
    int error = tty_open(&tty, &problem);
    int status = error ? session_complain_tty(problem, error)
                       : play_record_open(&s.record, options->record_path, options->overwrites,
                                          scenario->title, RATE_HZ);
    if (!status)
        status = start(&s, tty);
    bool has_begun = !status;
    if (has_begun) {
        const struct dashboard_options dashboard = {
            .title = scenario->title,
            .source_name = "LIVE",
            .rate_hz = RATE_HZ,
            .source = s.source,
            .run = s.launch.run,
            .terminal = s.launch.terminal,
            .narrator = &s.narrator,
            .save_picture = picture_save,
        };
        error = dashboard_run(tty, &dashboard, &result);
        if (error)
            status = complain(EXIT_FAILED, error, NULL, "the dashboard cannot go on");
    }
    source_free(s.source);
    play_end(&s.launch);
    tty_close(tty);
    free(s.seen_ns);
    if (s.failed[0] && !status)
        status = complain(EXIT_FAILED, 0, NULL, "%s: %s", scenario->title, s.failed);
    status = play_record_close(&s.record, status, !has_begun);
    if (result.signal)
        session_end_by(result.signal);
    return status;
}
