/* What is pressed: an action, an edit of the search, or a byte for the program. */
#include "ui/clock.h"
#include "ui/dashboard_parts.h"
#include "ui/keys.h"
#include "ui/signals.h"
#include "ui/tty.h"

#include <curses.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
    KEY_CTRL_RIGHT_BRACKET = 0x1d,
    KEY_ESCAPE = 0x1b,
    KEY_CTRL_C = 3,
    KEY_CTRL_BACKSLASH = 0x1c,
};

/* The next of steps, which ascend, above (or below) a value; that value where there is none. */
static double next_step(const double *steps, int n, double value, int direction)
{
    for (int i = 0; i < n; i++) {
        double step = steps[direction > 0 ? i : n - 1 - i];
        if (direction > 0 ? step > value : step < value)
            return step;
    }
    return value;
}

/* How often is looked; of a recording how fast it is played. */
static void change_rate(struct dashboard *d, int direction)
{
    static const double rates[] = {1, 2, 5, 10, 20, 30, 60};
    static const double speeds[] = {0.1, 0.25, 0.5, 1, 2, 5, 10, 50};
    if (d->player.is_replay) {
        double speed =
            next_step(speeds, sizeof speeds / sizeof speeds[0], d->player.speed, direction);
        player_set_speed(&d->player, speed, clock_monotonic_ns());
        dashboard_tell(d, "played %g times as fast as it was", speed);
        return;
    }
    double rate_hz = next_step(rates, sizeof rates / sizeof rates[0], d->rate_hz, direction);
    int error = dashboard_set_rate(d, rate_hz);
    if (error)
        dashboard_tell(d, "cannot set the rate: %s", strerrorname_np(-error));
    else
        dashboard_tell(d, "%g looks a second", rate_hz);
}

void dashboard_set_typing(struct dashboard *d, bool is_typing)
{
    if (is_typing && !d->program.run) {
        dashboard_tell(d, "no program runs under the dashboard: proclab watch -- CMD starts one");
        return;
    }
    if (is_typing && d->program.is_read_out) {
        dashboard_tell(d, "the program has closed its terminal");
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
        dashboard_tell(d, "the program has ended; q quits");
    else if (d->narration && !d->narration->awaits_enter)
        dashboard_tell(d, "the act is under way: it will ask for Enter");
    else if (!program_type(&d->program, line, strlen(line)))
        dashboard_tell(d, "the program does not read what is typed");
}

void dashboard_grant(struct dashboard *d, const struct narrator_wish *wish)
{
    if (wish->type &&
        (d->program.is_read_out || !program_type(&d->program, wish->type, strlen(wish->type))))
        dashboard_tell(d, "the program does not read what is typed");
    if (wish->goes_live)
        player_go_live(&d->player, clock_monotonic_ns());
    else if (wish->time_ns)
        player_go_to(&d->player, wish->time_ns);
    if (wish->tell[0])
        dashboard_tell(d, "%s", wish->tell);
    if (wish->quits)
        d->must_quit = true;
    d->must_draw = true;
}

/* An act or a step further, or back. */
static void go_in_acts(struct dashboard *d, int by)
{
    struct narrator *narrator = d->options->narrator;
    struct narrator_wish wish;
    if (narrator && narrator->step) {
        narrator->step(narrator, by, &wish);
        dashboard_grant(d, &wish);
    } else if (by > 0) {
        answer(d, "\n");
    } else if (d->options->is_lab) {
        answer(d, "b\n");
    } else {
        dashboard_tell(d, "only a lab can go back an act");
    }
}

static void save(struct dashboard *d)
{
    char path[512];
    if (!d->options->save_picture)
        return;
    int error = d->options->save_picture(&d->grid, d->options->title, path, sizeof path);
    if (error)
        dashboard_tell(d, "cannot save the picture: %s", strerrordesc_np(-error));
    else
        dashboard_tell(d, "saved as %s", path);
}

void dashboard_suspend(struct dashboard *d, bool whole_job)
{
    tty_stop(d->tty);
    signals_stop(whole_job);
    tty_resume(d->tty);
    keys_set_raw(d->state.is_typing);
    int error = dashboard_resize(d);
    if (error)
        d->error = error;
}

static void step_in_time(struct dashboard *d, int by)
{
    if (player_step(&d->player, by))
        return;
    if (by < 0)
        dashboard_tell(d, "this is the oldest that is kept");
    else if (d->player.has_ended)
        dashboard_tell(d, "this is the end of the recording");
    else
        dashboard_tell(d, d->player.is_replay ? "there is nothing newer yet"
                                              : "this is the newest; End goes on live");
}

static void step_to_event(struct dashboard *d, int by)
{
    if (!player_step_event(&d->player, by))
        dashboard_tell(d, "nothing is known to have happened %s this", by < 0 ? "before" : "after");
}

/* False: it is no way to go in time. */
static bool go_in_time(struct dashboard *d, enum action action)
{
    struct player *p = &d->player;
    switch (action) {
    case ACT_PAUSE:
        if (p->paused)
            player_go_on(p, clock_monotonic_ns());
        else
            player_pause(p);
        return true;
    case ACT_BACK:
    case ACT_FORTH:
        step_in_time(d, action == ACT_BACK ? -1 : 1);
        return true;
    case ACT_EVENT_BACK:
    case ACT_EVENT_FORTH:
        step_to_event(d, action == ACT_EVENT_BACK ? -1 : 1);
        return true;
    case ACT_OLDEST:
        player_go_oldest(p);
        return true;
    case ACT_LIVE:
        player_go_live(p, clock_monotonic_ns());
        return true;
    default:
        return false;
    }
}

static void carry_out(struct dashboard *d, enum action action)
{
    switch (action) {
    case ACT_QUIT:
        d->must_quit = true;
        break;
    case ACT_NEXT:
        go_in_acts(d, 1);
        break;
    case ACT_PREVIOUS:
        go_in_acts(d, -1);
        break;
    case ACT_COLORS:
        dashboard_set_theme(d, theme_after(d->theme.kind));
        dashboard_tell(d, "colours: %s", d->theme.palette->name);
        break;
    case ACT_TYPE:
        dashboard_set_typing(d, true);
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
        dashboard_suspend(d, true);
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
    struct view_input input = dashboard_input(d);
    if (!input.moment)
        return;
    d->must_draw = true;
    if (!view_act(&d->state, &input, action) && !go_in_time(d, action))
        carry_out(d, action);
    if (d->state.projector != was_projector)
        dashboard_set_theme(d, d->theme.kind);
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
        struct view_input input = dashboard_input(d);
        if (d->state.search[0] && input.moment && !view_search(&d->state, &input))
            dashboard_tell(d, "nothing holds '%s'", d->state.search);
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
    d->told_ns = clock_monotonic_ns();
    d->must_draw = true;
    if (key->code == VIEW_KEY_MOUSE) {
        struct view_input input = dashboard_input(d);
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
        dashboard_tell(d, "no such key; ? shows those that there are");
}

/* Bytes for the program, one at a time: what follows Ctrl-] is for us again, and stays unread. */
static void pass_bytes(struct dashboard *d)
{
    char byte;
    while (d->state.is_typing && read(tty_key_fd(d->tty), &byte, 1) == 1) {
        if (byte == KEY_CTRL_RIGHT_BRACKET)
            dashboard_set_typing(d, false);
        else if (!program_type(&d->program, &byte, 1))
            dashboard_tell(
                d, "the program does not read what is typed; Ctrl-] gives the keyboard back");
        struct pollfd more = {.fd = tty_key_fd(d->tty), .events = POLLIN};
        if (poll(&more, 1, 0) <= 0)
            return;
    }
}

void dashboard_read_keys(struct dashboard *d)
{
    struct key key;
    if (d->state.is_typing)
        pass_bytes(d);
    while (!d->state.is_typing && !d->must_quit && !d->error && keys_next(&key))
        handle_key(d, &key);
}
