#include "cmd/play.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/launch.h"
#include "cmd/session.h"
#include "model/history.h"
#include "model/source.h"
#include "proc/live.h"
#include "run/terminal.h"
#include "scenario/match.h"
#include "scenario/scenario.h"
#include "ui/clock.h"
#include "ui/program.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { HISTORY_BYTES = 4 * 1024 * 1024, ROWS = 24, COLS = 80 };

#define LOOK_NS INT64_C(20000000)

struct check {
    const char *name;
    struct launch launch;
    struct program program;
    struct source *source;
    struct history *history;
    char instead[600]; /* of the step under way */
};

/* Take what the program writes until the next look is due. */
static void wait_until(struct program *p, int64_t due_ns)
{
    program_begin_frame(p);
    for (int64_t left; (left = due_ns - clock_monotonic_ns()) > 0;) {
        short events = program_wanted_events(p);
        struct pollfd fd = {.fd = events ? run_pty(p->run) : -1, .events = events};
        struct timespec timeout = {.tv_nsec = left % 1000000000, .tv_sec = left / 1000000000};
        if (ppoll(&fd, 1, &timeout, NULL) < 0 && errno != EINTR)
            return;
        if (fd.revents & POLLOUT)
            program_flush(p);
        if (fd.revents & ~POLLOUT)
            program_read(p);
    }
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
    /* Read from the next look on. */
    struct source_wish wish = {.memory_pid = match_pages_pid(until, &moment)};
    source_want(c->source, &wish);
    char *text = terminal_text(c->launch.terminal);
    bool is_true = match_until(until, &moment, text);
    if (!is_true)
        match_explain(until, &moment, text, c->instead, sizeof c->instead);
    free(text);
    moment_fini(&moment);
    return is_true;
}

/* What cannot be typed, or looked at, ends the scenario. */
static int check_step(struct check *c, const struct scenario *s, unsigned i)
{
    const struct scenario_step *step = &s->steps[i];
    int64_t begin_ns = clock_monotonic_ns(), now_ns = begin_ns;
    int result = 0;
    c->instead[0] = '\0';
    if (step->send && !program_type(&c->program, step->send, strlen(step->send)))
        return complain(EXIT_FAILED, 0, NULL,
                        "%s: step %u of %u: the program's terminal takes nothing any more", c->name,
                        i + 1, s->n_steps);
    /* A look that was begun in time counts, so there is one at least. */
    for (; now_ns - begin_ns <= step->within_ns; now_ns = clock_monotonic_ns()) {
        program_read(&c->program);
        result = look(c, step->until);
        if (result)
            break;
        wait_until(&c->program, now_ns + LOOK_NS);
    }
    if (result < 0)
        return complain(EXIT_FAILED, result, "is /proc mounted?", "%s: cannot go on watching",
                        c->name);
    if (result)
        return 0;
    return complain(EXIT_FAILED, 0, NULL, "%s: step %u of %u: not within %g s: %s", c->name, i + 1,
                    s->n_steps, (double)step->within_ns / 1e9, c->instead);
}

int play_unable(int status)
{
    return status == EXIT_NOT_FOUND ? EXIT_UNABLE : status;
}

static int open_source(struct check *c)
{
    struct live_options live = {0};
    launch_fill_live(&c->launch, &live);
    int error = live_open(&live, &c->source);
    return error ? session_complain_source(error, live.root_pid) : 0;
}

int play_check(const struct scenario *scenario, const char *name, const char *folder)
{
    struct check c = {.name = name,
                      .launch = {.exact = LAUNCH_EXACT_BEST, .cwd = folder, .has_scratch = true}};
    c.history = history_new(HISTORY_BYTES);
    if (!c.history)
        return complain(EXIT_FAILED, ENOMEM, NULL, "cannot play %s", name);
    int status = play_unable(launch_start(&c.launch, scenario->run, NULL, ROWS, COLS, -1));
    if (!status) {
        program_init(&c.program, c.launch.run, c.launch.terminal);
        status = open_source(&c);
    }
    for (unsigned i = 0; i < scenario->n_steps && !status; i++)
        status = check_step(&c, scenario, i);
    source_free(c.source);
    launch_end(&c.launch); /* what it exits with is no part of it: it is ended where it stands */
    history_free(c.history);
    return status;
}
