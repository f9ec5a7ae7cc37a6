#include "cmd/frames.h"

#include "export/export.h"
#include "model/history.h"
#include "model/source.h"
#include "run/terminal.h"
#include "ui/clock.h"
#include "ui/program.h"
#include "view/view.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <time.h>

enum { HISTORY_BYTES = 4 * 1024 * 1024 };

struct frames {
    const struct frames_options *options;
    struct history *history;
    struct program program;
    struct view_state state;
    struct grid grid, best; /* as it is now; the most telling one of this act */
    int best_score;         /* -1: there is none */
    int act;                /* that best belongs to */
    long n_put;
    int64_t start_ns, last_ns; /* the last picture's; without a lab */
    uint64_t newest_event_ns;
    bool has_event; /* since the last picture */
};

static int put(struct frames *f, const struct grid *grid)
{
    const struct export_frame frame = {
        .grid = grid,
        .time_ns = (uint64_t)(clock_monotonic_ns() - f->start_ns),
        .has_event = f->has_event,
    };
    f->n_put++;
    f->has_event = false;
    return export_put(f->options->sink, &frame);
}

bool frames_has_event(const struct moment *m, uint64_t *newest_ns)
{
    uint64_t before_ns = *newest_ns;
    for (size_t i = 0; i < m->n_events; i++) {
        const struct event *e = &m->events[i];
        bool is_life = e->kind == EVENT_FORK || e->kind == EVENT_EXEC || e->kind == EVENT_EXIT;
        if (is_life && e->time_ns > *newest_ns)
            *newest_ns = e->time_ns;
    }
    return *newest_ns > before_ns;
}

/* How much a moment shows of what a lab is about: somebody is stuck, and it is said why. */
static int score_moment(const struct moment *m)
{
    static const int scores[] = {
        [PIPE_FLOWING] = 2,   [PIPE_FULL] = 8,          [PIPE_STARVED] = 3,
        [PIPE_NO_READER] = 6, [PIPE_EOF_WITHHELD] = 12, [PIPE_NO_WRITER] = 2,
    };
    int best = 0;
    for (size_t i = 0; i < m->pipes.n; i++)
        if (scores[m->pipes.lanes[i].condition] > best)
            best = scores[m->pipes.lanes[i].condition];
    return best * 4 + (m->n_rows > 1 ? 2 : 0);
}

/* Likewise of a subject that shows only what was asked for: is it there by now? */
static int score_pages(const struct moment *m)
{
    for (size_t i = 0; i < m->now->n_regions; i++)
        if (m->now->regions[i].n_cells > 0)
            return 64;
    return 0;
}

static const struct narration *narration_of(const struct frames *f)
{
    const struct lab_facts *facts = f->options->facts;
    return facts && facts->narration.title ? &facts->narration : NULL;
}

static void draw(struct frames *f, const struct moment *moment)
{
    const struct view_input input = {
        .moment = moment,
        .history = f->history,
        .index = history_count(f->history) - 1,
        .screen = program_screen(&f->program),
        .narration = narration_of(f),
        .title = f->options->title,
        .program_ended = f->program.ended_text[0] ? f->program.ended_text : NULL,
        .source_name = "LIVE",
    };
    grid_clear(&f->grid);
    view_draw(&f->grid, &input, &f->state);
}

static void swap_grids(struct frames *f)
{
    struct grid swapped = f->best;
    f->best = f->grid;
    f->grid = swapped;
}

/* An act is over: keep its most telling moment. */
static int put_best(struct frames *f)
{
    if (f->best_score < 0)
        return 0;
    f->best_score = -1;
    return put(f, &f->best);
}

/* Of equally telling moments the last is kept: the act's facts are there then. */
static int consider_act(struct frames *f, const struct moment *moment)
{
    int act = f->options->facts->act;
    if (act == 0)
        return 0;
    int error = 0;
    if (act != f->act)
        error = put_best(f);
    f->act = act;
    /* What the act holds still is what it wants to be looked at. */
    int score =
        score_moment(moment) + score_pages(moment) + (f->options->facts->is_holding ? 4 : 0);
    if (error || score < f->best_score)
        return error;
    draw(f, moment);
    swap_grids(f);
    f->best_score = score;
    return 0;
}

static int consider_time(struct frames *f, const struct moment *moment)
{
    int64_t now_ns = clock_monotonic_ns();
    /* The first picture waits for rates, which need two looks. */
    if (!f->options->sink->format->is_film && now_ns - f->last_ns < 1000000000 &&
        !f->program.result.has_ended)
        return 0;
    f->last_ns = now_ns;
    draw(f, moment);
    return put(f, &f->grid);
}

static void follow_lab(struct frames *f, const struct moment *moment)
{
    const struct view_input input = {.moment = moment, .narration = narration_of(f)};
    view_follow_lab(&f->state, &input);
}

static int look(struct frames *f)
{
    struct snapshot *snapshot;
    struct source_wish wish;
    view_wish(&f->state, narration_of(f), &wish);
    source_want(f->options->source, &wish);
    int error = source_next(f->options->source, &snapshot);
    if (error)
        return error == -EAGAIN ? 0 : error;
    error = history_push(f->history, snapshot);
    if (error)
        return error;
    struct moment moment;
    error = history_moment(f->history, history_count(f->history) - 1, &moment);
    if (error)
        return error;
    f->has_event = frames_has_event(&moment, &f->newest_event_ns) || f->has_event;
    follow_lab(f, &moment); /* what it wants to be seen is read from the next look on */
    error = f->options->is_by_act ? consider_act(f, &moment) : consider_time(f, &moment);
    moment_fini(&moment);
    return error;
}

/* Wait until the next look is due, taking what the program writes meanwhile. */
static void wait_until(struct frames *f, int64_t due_ns)
{
    struct program *p = &f->program;
    program_begin_frame(p);
    for (int64_t left; (left = due_ns - clock_monotonic_ns()) > 0;) {
        short events = program_wanted_events(p);
        struct pollfd fds[] = {
            {.fd = events ? run_pty(p->run) : -1, .events = events},
            {.fd = p->run && !p->result.has_ended ? run_ended_fd(p->run) : -1, .events = POLLIN},
        };
        struct timespec timeout = {.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
        if (ppoll(fds, 2, &timeout, NULL) < 0 && errno != EINTR)
            return;
        if (fds[0].revents & POLLOUT)
            program_flush(p);
        if (fds[0].revents & ~POLLOUT)
            program_read(p);
        if (fds[1].revents && program_check_end(p)) {
            program_read(p);
            return; /* what it left is worth a look at once */
        }
    }
}

static bool is_over(const struct frames *f)
{
    return f->n_put >= f->options->n_frames || (f->program.run && f->program.result.has_ended);
}

static int make_all(struct frames *f)
{
    int64_t period_ns = (int64_t)(1e9 / f->options->rate_hz), due_ns = clock_monotonic_ns();
    f->start_ns = f->last_ns = due_ns;
    int error = 0;
    bool was_over = false;
    while (!error && !was_over) {
        was_over = is_over(f); /* when the program has ended, look once more */
        if (f->n_put >= f->options->n_frames)
            break;
        if (f->options->facts)
            lab_facts_look(f->options->facts);
        error = look(f);
        due_ns += period_ns;
        if (due_ns < clock_monotonic_ns())
            due_ns = clock_monotonic_ns();
        if (!error && !was_over)
            wait_until(f, due_ns);
    }
    if (!error && f->n_put < f->options->n_frames)
        error = put_best(f);
    return error == -ENODATA ? 0 : error;
}

int frames_make(const struct frames_options *options)
{
    struct frames f = {
        .options = options,
        .history = history_new(HISTORY_BYTES),
        .state = {.subject = 1,
                  .ascii = options->is_ascii,
                  .show_threads = options->shows_threads,
                  .follow = true},
        .best_score = -1,
    };
    int error = -ENOMEM;
    if (!f.history)
        goto out;
    program_init(&f.program, options->launch ? options->launch->run : NULL,
                 options->launch ? options->launch->terminal : NULL);
    error = grid_init(&f.grid, options->rows, options->cols);
    if (!error)
        error = grid_init(&f.best, options->rows, options->cols);
    if (!error)
        error = make_all(&f);
out:
    history_free(f.history);
    grid_fini(&f.grid);
    grid_fini(&f.best);
    return error;
}
