#include "ui/dashboard.h"

#include "model/history.h"
#include "model/screen.h"
#include "model/source.h"
#include "ui/clock.h"
#include "ui/dashboard_parts.h"
#include "ui/glance.h"
#include "ui/keys.h"
#include "ui/signals.h"
#include "ui/tty.h"

#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { HISTORY_BYTES = 64 * 1024 * 1024 };

/* What the program writes is on the screen after this time at most, however slow the rate. */
#define ECHO_NS INT64_C(30000000)

/* A picture in which only the clock moves is drawn so often. */
#define STILL_NS INT64_C(190000000)

#define MESSAGE_NS INT64_C(5000000000)

void dashboard_tell(struct dashboard *d, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(d->state.message, sizeof d->state.message, format, args);
    va_end(args);
    d->told_ns = clock_monotonic_ns();
    d->must_draw = true;
}

/* ---- looking ------------------------------------------------------------------ */

/* Does the newest show anything that the one before did not, or is the picture old? */
static bool is_worth_drawing(const struct dashboard *d)
{
    const struct history *h = d->player.history;
    size_t newest = history_count(h) - 1;
    return newest == 0 || clock_monotonic_ns() - d->drawn_ns >= STILL_NS ||
           !glance_is_same(history_snapshot(h, newest - 1), history_snapshot(h, newest));
}

static void look(struct dashboard *d)
{
    struct player *p = &d->player;
    uint64_t shown = p->shown;
    bool was_paused = p->paused;
    struct source_wish wish;
    view_wish(&d->state, d->narration, &wish);
    source_want(d->options->source, &wish);
    int error = player_tick(p, clock_monotonic_ns());
    if (error) {
        p->has_ended = true;
        dashboard_tell(d, "cannot look any more: %s", strerrordesc_np(-error));
    }
    /* While the picture stands, how far back it is and how long it is kept goes on changing. */
    bool is_old = clock_monotonic_ns() - d->drawn_ns >= STILL_NS;
    if (p->paused != was_paused || (p->paused && is_old && !p->is_replay) ||
        (p->shown != shown && (p->is_replay || is_worth_drawing(d))))
        d->must_draw = true;
}

/* What the lab says of itself, and asks for. */
static void hear_lab(struct dashboard *d)
{
    struct narrator *narrator = d->options->narrator;
    if (!narrator)
        return;
    if (narrator->look(narrator, &d->narration))
        d->must_draw = true;
    struct view_input input = dashboard_input(d);
    if (view_follow_lab(&d->state, &input))
        d->must_draw = true;
}

/* A narrator with steps of his own waits for what is seen, whatever is shown meanwhile. */
static void show_narrator(struct dashboard *d)
{
    struct narrator *narrator = d->options->narrator;
    struct player *p = &d->player;
    struct moment newest;
    struct narrator_wish wish;
    if (!narrator || !narrator->see ||
        history_moment(p->history, history_count(p->history) - 1, &newest) < 0)
        return;
    bool must_grant = narrator->see(narrator, &newest, !p->paused, &wish);
    moment_fini(&newest);
    if (must_grant)
        dashboard_grant(d, &wish);
}

/* ---- drawing ------------------------------------------------------------------ */

struct view_input dashboard_input(struct dashboard *d)
{
    struct player *p = &d->player;
    d->state.paused = p->paused;
    return (struct view_input){
        .moment = player_moment(p),
        .history = p->history,
        .index = player_index(p),
        .screen = program_screen(&d->program),
        .narration = d->narration,
        .title = d->options->title,
        .program_ended = d->program.ended_text[0] ? d->program.ended_text : NULL,
        .back = player_back(p),
        .back_ns = player_back_ns(p),
        .is_oldest = player_index(p) == 0,
        .is_replay = p->is_replay,
        .has_ended = p->has_ended,
        .source_name = d->options->source_name,
    };
}

/* Lay the screen out anew; the program's terminal follows. */
static void fit(struct dashboard *d, struct view_layout *layout)
{
    view_layout(d->grid.rows, d->grid.cols, &d->state, d->program.run != NULL, layout);
    program_resize(&d->program, layout->output_inside.rows, layout->output_inside.cols);
}

/* Where the program's cursor is on the screen; -1: nowhere. */
static void find_cursor(struct dashboard *d, const struct view_layout *layout, int *row, int *col)
{
    *row = *col = -1;
    const struct screen *screen = program_screen(&d->program);
    if (!d->state.is_typing || !screen || screen->cursor_row < 0 ||
        screen->cursor_row >= layout->output_inside.rows ||
        screen->cursor_col >= layout->output_inside.cols)
        return;
    *row = layout->output_inside.row + screen->cursor_row;
    *col = layout->output_inside.col + screen->cursor_col;
}

static void draw(struct dashboard *d)
{
    struct view_layout layout;
    fit(d, &layout);
    struct view_input input = dashboard_input(d);
    if (!input.moment) {
        d->error = -ENOMEM;
        return;
    }
    grid_clear(&d->grid);
    view_draw(&d->grid, &input, &d->state);
    int row, col;
    find_cursor(d, &layout, &row, &col);
    int error = painter_paint(&d->painter, &d->grid, &d->theme, row, col);
    if (error)
        d->error = error;
    d->must_draw = false;
    d->drawn_ns = clock_monotonic_ns();
}

int dashboard_resize(struct dashboard *d)
{
    tty_resized(d->tty);
    int rows, cols;
    tty_size(d->tty, &rows, &cols);
    grid_fini(&d->grid);
    d->grid = (struct grid){0};
    int error = grid_init(&d->grid, rows, cols);
    if (error)
        return error;
    painter_invalidate(&d->painter);
    d->must_draw = true;
    return 0;
}

int dashboard_set_rate(struct dashboard *d, double rate_hz)
{
    int64_t period_ns = (int64_t)(1e9 / rate_hz);
    struct timespec period = {.tv_sec = period_ns / 1000000000, .tv_nsec = period_ns % 1000000000};
    struct itimerspec timer = {.it_interval = period, .it_value = period};
    if (timerfd_settime(d->timer_fd, 0, &timer, NULL) < 0)
        return -errno;
    d->rate_hz = rate_hz;
    return 0;
}

void dashboard_set_theme(struct dashboard *d, enum palette_kind kind)
{
    theme_set(&d->theme, kind, d->state.projector);
    painter_invalidate(&d->painter);
    d->must_draw = true;
}

/* ---- the loop -------------------------------------------------------------------- */

static void tick(struct dashboard *d)
{
    uint64_t expirations;
    if (read(d->timer_fd, &expirations, sizeof expirations) < 0)
        return;
    program_begin_frame(&d->program);
    hear_lab(d); /* before looking: it says at what */
    look(d);
    show_narrator(d);
    if (d->state.message[0] && clock_monotonic_ns() - d->told_ns > MESSAGE_NS) {
        d->state.message[0] = '\0';
        d->must_draw = true;
    }
}

static void notice_program(struct dashboard *d, bool has_ended_event)
{
    if (!has_ended_event || !program_check_end(&d->program))
        return;
    program_read(&d->program);
    d->must_draw = true;
    if (d->state.is_typing && d->program.is_read_out)
        dashboard_set_typing(d, false);
    if (d->options->quits_with_program)
        d->must_quit = true;
}

static void obey_signals(struct dashboard *d)
{
    if (signals_take_winch()) {
        int error = dashboard_resize(d);
        if (error)
            d->error = error;
    }
    if (signals_take_tstp())
        dashboard_suspend(d, false);
}

static int64_t time_to_wait(const struct dashboard *d)
{
    if (!d->must_draw)
        return -1;
    int64_t wait_ns = d->drawn_ns + ECHO_NS - clock_monotonic_ns();
    return wait_ns > 0 ? wait_ns : 0;
}

/* Wait for anything, and take it in. */
static int turn(struct dashboard *d)
{
    enum { KEYS, TIMER, PTY, ENDED, N_FDS };
    struct program *p = &d->program;
    short wanted = program_wanted_events(p);
    bool is_running = p->run && !p->result.has_ended;
    struct pollfd fds[N_FDS] = {
        [KEYS] = {.fd = tty_key_fd(d->tty), .events = POLLIN},
        [TIMER] = {.fd = d->timer_fd, .events = POLLIN},
        [PTY] = {.fd = wanted ? run_pty(p->run) : -1, .events = wanted},
        [ENDED] = {.fd = is_running ? run_ended_fd(p->run) : -1, .events = POLLIN},
    };
    int ready = signals_wait(fds, N_FDS, time_to_wait(d));
    obey_signals(d);
    if (ready <= 0)
        return ready;
    if (fds[KEYS].revents & (POLLHUP | POLLERR | POLLNVAL))
        d->is_tty_gone = true;
    else if (fds[KEYS].revents)
        dashboard_read_keys(d);
    if (fds[PTY].revents & POLLOUT)
        program_flush(p);
    if (fds[PTY].revents & (POLLIN | POLLHUP | POLLERR) && program_read(p))
        d->must_draw = true;
    notice_program(d, fds[ENDED].revents != 0);
    bool has_frame = fds[TIMER].revents != 0;
    if (has_frame)
        tick(d);
    /* A key is answered at once, and a frame is a frame. */
    if (d->must_draw && (has_frame || fds[KEYS].revents))
        draw(d);
    return 0;
}

static void loop(struct dashboard *d)
{
    while (!d->must_quit && !d->is_tty_gone && !d->error && !signals_ending()) {
        int error = turn(d);
        if (error)
            d->error = error;
        if (d->must_draw && !d->must_quit && time_to_wait(d) == 0)
            draw(d);
    }
}

static int begin(struct dashboard *d)
{
    const struct dashboard_options *options = d->options;
    d->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (d->timer_fd < 0)
        return -errno;
    size_t history_bytes = options->history_bytes ? options->history_bytes : HISTORY_BYTES;
    int error = player_init(&d->player, options->source, options->is_replay, history_bytes,
                            clock_monotonic_ns());
    if (!error && options->speed > 0)
        player_set_speed(&d->player, options->speed, clock_monotonic_ns());
    if (!error)
        error = dashboard_set_rate(d, options->rate_hz);
    if (!error)
        error = tty_start(d->tty);
    if (error)
        return error;
    keys_set_raw(false);
    dashboard_set_theme(d, theme_first());
    return dashboard_resize(d);
}

int dashboard_run(struct tty *tty, const struct dashboard_options *options,
                  struct dashboard_result *result)
{
    struct dashboard d = {
        .options = options,
        .tty = tty,
        .timer_fd = -1,
        .state = {.subject = options->subject ? options->subject : 1,
                  .keeps_subject = options->subject != 0,
                  .ascii = !tty_is_utf8(),
                  .show_threads = options->shows_threads,
                  .follow = true},
    };
    *result = (struct dashboard_result){0};
    program_init(&d.program, options->run, options->terminal);
    painter_init(&d.painter);
    int error = signals_init();
    if (error)
        return error;
    error = begin(&d);
    if (!error) {
        draw(&d);
        loop(&d);
        error = d.error;
    }
    tty_stop(tty);
    result->signal = signals_ending();
    if (!result->signal && d.is_tty_gone)
        result->signal = SIGHUP;
    signals_fini();
    player_fini(&d.player);
    painter_fini(&d.painter);
    grid_fini(&d.grid);
    if (d.timer_fd >= 0)
        close(d.timer_fd);
    return error;
}

void dashboard_program_size(const struct tty *tty, int *rows, int *cols)
{
    int tty_rows, tty_cols;
    tty_size(tty, &tty_rows, &tty_cols);
    struct view_state state = {.subject = 1};
    struct view_layout layout;
    view_layout(tty_rows, tty_cols, &state, true, &layout);
    *rows = layout.output_inside.rows > 0 ? layout.output_inside.rows : 24;
    *cols = layout.output_inside.cols > 0 ? layout.output_inside.cols : 80;
}
