#include "ui/dashboard.h"

#include "model/history.h"
#include "model/screen.h"
#include "model/source.h"
#include "ui/glance.h"
#include "ui/keys.h"
#include "ui/paint.h"
#include "ui/program.h"
#include "ui/signals.h"
#include "ui/theme.h"
#include "ui/tty.h"
#include "view/view.h"

#include <curses.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum {
    HISTORY_BYTES = 64 * 1024 * 1024,
    KEY_CTRL_RIGHT_BRACKET = 0x1d,
    KEY_ESCAPE = 0x1b,
    KEY_CTRL_C = 3,
    KEY_CTRL_BACKSLASH = 0x1c,
};

/* What the program writes is on the screen after this time at most, however slow the rate. */
#define ECHO_NS INT64_C(30000000)

/* A picture in which only the clock moves is drawn so often. */
#define STILL_NS INT64_C(190000000)

#define MESSAGE_NS INT64_C(5000000000)

struct dashboard {
    const struct dashboard_options *options;
    struct tty *tty;
    struct program program;
    struct history *history;
    size_t shown; /* index in history of the picture; the newest unless paused */
    struct moment moment;
    bool has_moment; /* moment is that of shown */
    struct view_state state;
    const struct narration *narration;
    struct grid grid;
    struct painter painter;
    struct theme theme;
    int timer_fd;
    double rate_hz;
    bool has_source_ended;
    bool must_draw;  /* something has changed since the last picture */
    int64_t told_ns; /* when a key was pressed or something said: messages do not stay */
    int64_t drawn_ns;
    bool must_quit;
    bool is_tty_gone;
    int error; /* that ends it */
};

static int64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

__attribute__((format(printf, 2, 3))) static void tell(struct dashboard *d, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(d->state.message, sizeof d->state.message, format, args);
    va_end(args);
    d->told_ns = monotonic_ns();
    d->must_draw = true;
}

/* ---- snapshots, and which of them is shown ------------------------------- */

static void drop_moment(struct dashboard *d)
{
    if (d->has_moment)
        moment_fini(&d->moment);
    d->has_moment = false;
}

/* The moment of the shown snapshot; NULL: there is none, or no memory for it. */
static const struct moment *get_moment(struct dashboard *d)
{
    if (!d->has_moment && history_count(d->history) > 0)
        d->has_moment = history_moment(d->history, d->shown, &d->moment) == 0;
    return d->has_moment ? &d->moment : NULL;
}

static void show_index(struct dashboard *d, size_t index)
{
    drop_moment(d);
    d->shown = index;
    d->must_draw = true;
}

/* The newest, if it shows anything that the one before did not, or the picture is old. */
static void show_newest(struct dashboard *d)
{
    size_t newest = history_count(d->history) - 1;
    bool is_still = newest > 0 && monotonic_ns() - d->drawn_ns < STILL_NS &&
                    glance_is_same(history_snapshot(d->history, newest - 1),
                                   history_snapshot(d->history, newest));
    bool must_draw = d->must_draw || !is_still;
    show_index(d, newest);
    d->must_draw = must_draw;
}

/*
 * Look once. While the picture is paused the history grows all the same, and its oldest may be
 * dropped.
 */
static int take_snapshot(struct dashboard *d)
{
    struct snapshot *snapshot = NULL;
    bool shows_memory = d->state.subject == (int)ACT_SUBJECT_2 - (int)ACT_SUBJECT_1 + 1;
    source_want(d->options->source,
                &(struct source_wish){.memory_pid = shows_memory ? d->state.selected_pid : 0});
    int error = source_next(d->options->source, &snapshot);
    if (error == -ENODATA) {
        d->has_source_ended = true;
        return 0;
    }
    if (error)
        return error;
    drop_moment(d);
    size_t before = history_count(d->history);
    error = history_push(d->history, snapshot);
    if (error)
        return error;
    size_t count = history_count(d->history), dropped = before + 1 - count;
    if (!d->state.paused)
        show_newest(d);
    else
        d->shown = d->shown > dropped ? d->shown - dropped : 0;
    return 0;
}

static void go_live(struct dashboard *d)
{
    d->state.paused = false;
    show_index(d, history_count(d->history) - 1);
}

static void step_in_time(struct dashboard *d, int steps)
{
    size_t newest = history_count(d->history) - 1;
    if (steps > 0 && d->shown == newest) {
        tell(d, "this is the newest; space goes on");
        return;
    }
    if (steps < 0 && d->shown == 0) {
        tell(d, "this is the oldest that is kept");
        return;
    }
    d->state.paused = true;
    show_index(d, steps < 0 ? d->shown - 1 : d->shown + 1);
}

/* ---- drawing ------------------------------------------------------------------ */

static struct view_input make_input(struct dashboard *d)
{
    return (struct view_input){
        .moment = get_moment(d),
        .screen = program_screen(&d->program),
        .narration = d->narration,
        .title = d->options->title,
        .program_ended = d->program.ended_text[0] ? d->program.ended_text : NULL,
        .back = history_count(d->history) - 1 - d->shown,
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
    struct view_input input = make_input(d);
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
    d->drawn_ns = monotonic_ns();
}

static int resize(struct dashboard *d)
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

/* ---- what keys do beyond the view ---------------------------------------------- */

static int set_rate(struct dashboard *d, double rate_hz)
{
    int64_t period_ns = (int64_t)(1e9 / rate_hz);
    struct timespec period = {.tv_sec = period_ns / 1000000000, .tv_nsec = period_ns % 1000000000};
    struct itimerspec timer = {.it_interval = period, .it_value = period};
    if (timerfd_settime(d->timer_fd, 0, &timer, NULL) < 0)
        return -errno;
    d->rate_hz = rate_hz;
    return 0;
}

static void change_rate(struct dashboard *d, int direction)
{
    static const double steps[] = {1, 2, 5, 10, 20, 30, 60};
    enum { N_STEPS = sizeof steps / sizeof steps[0] };
    double rate_hz = d->rate_hz;
    for (int i = 0; i < N_STEPS; i++) {
        int at = direction > 0 ? i : N_STEPS - 1 - i;
        if (direction > 0 ? steps[at] > d->rate_hz : steps[at] < d->rate_hz) {
            rate_hz = steps[at];
            break;
        }
    }
    int error = set_rate(d, rate_hz);
    if (error)
        tell(d, "cannot set the rate: %s", strerrorname_np(-error));
    else
        tell(d, "%g looks a second", rate_hz);
}

static void set_theme(struct dashboard *d, enum palette_kind kind)
{
    theme_set(&d->theme, kind, d->state.projector);
    painter_invalidate(&d->painter);
    d->must_draw = true;
}

static void set_typing(struct dashboard *d, bool is_typing)
{
    if (is_typing && !d->program.run) {
        tell(d, "no program runs under the dashboard: proclab watch -- CMD starts one");
        return;
    }
    if (is_typing && d->program.is_read_out) {
        tell(d, "the program has closed its terminal");
        return;
    }
    d->state.is_typing = is_typing;
    keys_set_raw(is_typing);
    d->state.message[0] = '\0'; /* the view says how to get out */
    d->must_draw = true;
}

/*
 * A line for the program. A lab says when it reads one: typed ahead, it would skip what comes next.
 */
static void answer(struct dashboard *d, const char *line)
{
    struct narrator *narrator = d->options->narrator;
    if (narrator)
        narrator->look(narrator, &d->narration);
    if (d->program.is_read_out)
        tell(d, "the program has ended; q quits");
    else if (d->narration && !d->narration->awaits_enter)
        tell(d, "the act is under way: it will ask for Enter");
    else if (!program_type(&d->program, line, strlen(line)))
        tell(d, "the program does not read what is typed");
}

static void save(struct dashboard *d)
{
    char path[512];
    if (!d->options->save_picture)
        return;
    int error = d->options->save_picture(&d->grid, d->options->title, path, sizeof path);
    if (error)
        tell(d, "cannot save the picture: %s", strerrordesc_np(-error));
    else
        tell(d, "saved as %s", path);
}

/* Stop until we are continued, the terminal given back meanwhile. */
static void suspend(struct dashboard *d, bool whole_job)
{
    tty_stop(d->tty);
    signals_stop(whole_job);
    tty_resume(d->tty);
    keys_set_raw(d->state.is_typing);
    int error = resize(d);
    if (error)
        d->error = error;
}

static void carry_out(struct dashboard *d, enum action action)
{
    switch (action) {
    case ACT_QUIT:
        d->must_quit = true;
        break;
    case ACT_PAUSE:
        if (d->state.paused)
            go_live(d);
        else
            d->state.paused = true;
        break;
    case ACT_NEXT:
        answer(d, "\n");
        break;
    case ACT_PREVIOUS:
        if (d->options->is_lab)
            answer(d, "b\n");
        else
            tell(d, "only a lab can go back an act");
        break;
    case ACT_BACK:
        step_in_time(d, -1);
        break;
    case ACT_FORTH:
        step_in_time(d, 1);
        break;
    case ACT_END:
        go_live(d);
        break;
    case ACT_COLORS:
        set_theme(d, theme_after(d->theme.kind));
        tell(d, "colours: %s", d->theme.palette->name);
        break;
    case ACT_TYPE:
        set_typing(d, true);
        break;
    case ACT_FASTER:
        change_rate(d, 1);
        break;
    case ACT_SLOWER:
        change_rate(d, -1);
        break;
    case ACT_SAVE:
        save(d);
        break;
    case ACT_REDRAW:
        clearok(curscr, TRUE);
        painter_invalidate(&d->painter);
        break;
    case ACT_SUSPEND:
        suspend(d, true);
        break;
    default:
        break;
    }
}

/* Keys that mean something else below the help, or where there is no program. */
static enum action adapt_action(const struct dashboard *d, enum action action)
{
    if (d->state.show_help && action == ACT_NEXT)
        return ACT_SCROLL_DOWN;
    if (d->state.show_help && action == ACT_PREVIOUS)
        return ACT_SCROLL_UP;
    if (!d->program.run && action == ACT_NEXT)
        return ACT_PAGE_DOWN_ROWS;
    if (!d->program.run && action == ACT_PREVIOUS)
        return ACT_PAGE_UP;
    return action;
}

static void act(struct dashboard *d, enum action action)
{
    action = adapt_action(d, action);
    bool was_projector = d->state.projector;
    struct view_input input = make_input(d);
    if (!input.moment)
        return;
    d->must_draw = true;
    if ((action == ACT_END && d->state.paused) || !view_act(&d->state, &input, action))
        carry_out(d, action);
    if (d->state.projector != was_projector)
        set_theme(d, d->theme.kind);
}

/* ---- keys ---------------------------------------------------------------------- */

/* Append one code point as UTF-8 if it fits. */
static void append_rune(char *text, size_t size, int rune)
{
    static const struct {
        int below, lead, trail;
    } lengths[] = {{0x80, 0, 0}, {0x800, 0xc0, 1}, {0x10000, 0xe0, 2}, {0x110000, 0xf0, 3}};
    size_t n = strlen(text), i = 0;
    while (rune >= lengths[i].below)
        i++;
    int trail = lengths[i].trail;
    if (n + (size_t)trail + 2 > size)
        return;
    text[n++] = (char)(lengths[i].lead | rune >> 6 * trail);
    while (trail-- > 0)
        text[n++] = (char)(0x80 | (rune >> 6 * trail & 0x3f));
    text[n] = '\0';
}

static void cut_last_rune(char *text)
{
    size_t n = strlen(text);
    while (n > 0 && ((unsigned char)text[n - 1] & 0xc0) == 0x80)
        n--;
    text[n > 0 ? n - 1 : 0] = '\0';
}

static void edit_search(struct dashboard *d, int code)
{
    d->must_draw = true;
    if (code == '\n') {
        d->state.is_searching = false;
        struct view_input input = make_input(d);
        if (d->state.search[0] && input.moment && !view_search(&d->state, &input))
            tell(d, "nothing holds '%s'", d->state.search);
    } else if (code == KEY_ESCAPE || code == KEY_CTRL_C) {
        d->state.is_searching = false;
        d->state.search[0] = '\0';
    } else if (code == 127) {
        cut_last_rune(d->state.search);
    } else if (code == 0x15) { /* Ctrl-U */
        d->state.search[0] = '\0';
    } else if (code >= ' ' && code < VIEW_KEY_UP) {
        append_rune(d->state.search, sizeof d->state.search, code);
    }
}

static void handle_key(struct dashboard *d, const struct key *key)
{
    if (key->code == VIEW_KEY_RESIZE)
        return; /* SIGWINCH told us already */
    if (d->state.is_searching) {
        edit_search(d, key->code);
        return;
    }
    d->state.message[0] = '\0';
    d->told_ns = monotonic_ns();
    d->must_draw = true;
    if (key->code == VIEW_KEY_MOUSE) {
        struct view_input input = make_input(d);
        if (input.moment)
            view_click(&d->state, &input, d->grid.rows, d->grid.cols, key->row, key->col);
        return;
    }
    if (key->code == KEY_ESCAPE && d->state.show_help) {
        d->state.show_help = false;
        return;
    }
    enum action action = view_key_action(key->code);
    if (action == ACT_NONE && key->code == KEY_CTRL_C)
        kill(getpid(), SIGINT); /* what it would have been outside of raw mode */
    else if (action == ACT_NONE && key->code == KEY_CTRL_BACKSLASH)
        kill(getpid(), SIGQUIT);
    else if (action != ACT_NONE)
        act(d, action);
    else
        tell(d, "no such key; ? shows those that there are");
}

/* Bytes for the program, one at a time: what follows Ctrl-] is for us again, and stays unread. */
static void pass_bytes(struct dashboard *d)
{
    char byte;
    while (d->state.is_typing && read(tty_key_fd(d->tty), &byte, 1) == 1) {
        if (byte == KEY_CTRL_RIGHT_BRACKET)
            set_typing(d, false);
        else if (!program_type(&d->program, &byte, 1))
            tell(d, "the program does not read what is typed; Ctrl-] gives the keyboard back");
        struct pollfd more = {.fd = tty_key_fd(d->tty), .events = POLLIN};
        if (poll(&more, 1, 0) <= 0)
            return;
    }
}

static void read_keys(struct dashboard *d)
{
    struct key key;
    if (d->state.is_typing)
        pass_bytes(d);
    while (!d->state.is_typing && !d->must_quit && !d->error && keys_next(&key))
        handle_key(d, &key);
}

/* ---- the loop -------------------------------------------------------------------- */

static void tick(struct dashboard *d)
{
    uint64_t expirations;
    if (read(d->timer_fd, &expirations, sizeof expirations) < 0)
        return;
    program_begin_frame(&d->program);
    if (!d->has_source_ended) {
        int error = take_snapshot(d);
        if (error) {
            d->has_source_ended = true;
            tell(d, "cannot look any more: %s", strerrordesc_np(-error));
        }
    }
    struct narrator *narrator = d->options->narrator;
    if (narrator && narrator->look(narrator, &d->narration))
        d->must_draw = true;
    if (d->state.message[0] && monotonic_ns() - d->told_ns > MESSAGE_NS) {
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
        set_typing(d, false);
    if (d->options->quits_with_program)
        d->must_quit = true;
}

static void obey_signals(struct dashboard *d)
{
    if (signals_take_winch()) {
        int error = resize(d);
        if (error)
            d->error = error;
    }
    if (signals_take_tstp())
        suspend(d, false);
}

static int64_t time_to_wait(const struct dashboard *d)
{
    if (!d->must_draw)
        return -1;
    int64_t wait_ns = d->drawn_ns + ECHO_NS - monotonic_ns();
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
        read_keys(d);
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
    d->history = history_new(HISTORY_BYTES);
    if (!d->history)
        return -ENOMEM;
    d->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (d->timer_fd < 0)
        return -errno;
    int error = take_snapshot(d);
    if (!error && history_count(d->history) == 0)
        error = -ENODATA;
    if (!error)
        error = set_rate(d, options->rate_hz);
    if (!error)
        error = tty_start(d->tty);
    if (error)
        return error;
    keys_set_raw(false);
    set_theme(d, theme_first());
    return resize(d);
}

int dashboard_run(struct tty *tty, const struct dashboard_options *options,
                  struct dashboard_result *result)
{
    struct dashboard d = {
        .options = options,
        .tty = tty,
        .timer_fd = -1,
        .state = {.subject = 1,
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
    drop_moment(&d);
    history_free(d.history);
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
