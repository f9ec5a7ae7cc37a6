/* The bar on top, and the line of keys in the lower border. */
#include "view/panel.h"

#include "model/screen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- the bar -------------------------------------------------------------------- */

enum { PIECE_STATUS, PIECE_RATE, PIECE_OBTAINED, PIECE_MISSED, PIECE_CLOCK, N_PIECES };

struct bar_piece {
    char text[64]; /* "": left out */
    enum role role;
};

static void say_status(struct bar_piece *piece, const struct view_input *in,
                       const struct view_state *state)
{
    const char *source = in->source_name ? in->source_name : "LIVE";
    size_t len = sizeof piece->text;
    piece->role = state->paused ? ROLE_PAUSED : ROLE_LIVE;
    if (state->paused && in->back > 0)
        snprintf(piece->text, len, "‖ PAUSED  « BACK %.1f s", (double)in->back_ns / 1e9);
    else if (state->paused)
        snprintf(piece->text, len, in->has_ended ? "‖ END" : "‖ PAUSED");
    else if (in->back > 0) /* of a recording */
        snprintf(piece->text, len, "● %s  « BACK %.1f s", source, (double)in->back_ns / 1e9);
    else
        snprintf(piece->text, len, "● %s", source);
}

static void say_clock(struct bar_piece *piece, const struct moment *m)
{
    uint64_t tenths = m->since_first_ns / 100000000;
    uint64_t minutes = tenths / 600;
    size_t len = sizeof piece->text;
    if (minutes < 100)
        snprintf(piece->text, len, "%02" PRIu64 ":%02" PRIu64 ".%" PRIu64, minutes,
                 tenths / 10 % 60, tenths % 10);
    else
        snprintf(piece->text, len, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64, minutes / 60,
                 minutes % 60, tenths / 10 % 60);
}

/* "exact perf", "exact connector, 3 lost", "sampled". */
static void say_obtained(struct bar_piece *piece, const struct moment *m)
{
    const char *how = obtained_name(m->now->obtained);
    const char *from = events_from_name(m->now->events_from);
    size_t len = sizeof piece->text;
    if (m->now->obtained != OBTAINED_EXACT)
        snprintf(piece->text, len, "%s", how);
    else if (m->lost > 0)
        snprintf(piece->text, len, "%s %s, %" PRId64 " lost", how, from, m->lost);
    else
        snprintf(piece->text, len, "%s %s", how, from);
}

static void say_all(struct bar_piece pieces[N_PIECES], const struct view_input *in,
                    const struct view_state *state)
{
    const struct moment *m = in->moment;
    for (int i = 0; i < N_PIECES; i++)
        pieces[i] = (struct bar_piece){.role = ROLE_LABEL};
    say_status(&pieces[PIECE_STATUS], in, state);
    if (m->rate_hz > 0 && m->since_first_ns >= 1000000000) /* not from a look or two */
        snprintf(pieces[PIECE_RATE].text, sizeof pieces->text,
                 m->rate_hz < 9.95 ? "%.1f Hz" : "%.0f Hz", m->rate_hz);
    say_obtained(&pieces[PIECE_OBTAINED], m);
    if (m->missed_at_most > 0) {
        snprintf(pieces[PIECE_MISSED].text, sizeof pieces->text, "%s%" PRId64 " births not seen",
                 state->ascii ? "<=" : "≤", m->missed_at_most);
    }
    say_clock(&pieces[PIECE_CLOCK], m);
}

static int bar_width(const struct bar_piece pieces[N_PIECES])
{
    int width = 1;
    for (int i = 0; i < N_PIECES; i++)
        if (*pieces[i].text)
            width += grid_text_width(pieces[i].text) + (width > 1 ? 2 : 0);
    return width;
}

/*
 * Leave out what matters least until the rest fits; how the figures were obtained stays to the
 * last.
 */
static int fit_bar(struct bar_piece pieces[N_PIECES], int cols, int title_cols)
{
    static const struct {
        int piece;
        bool for_title; /* gives way to the title, too */
    } least_first[] = {
        {PIECE_MISSED, true}, {PIECE_RATE, true}, {PIECE_CLOCK, false}, {PIECE_STATUS, false}};
    for (size_t i = 0; i < sizeof least_first / sizeof *least_first; i++) {
        int room = cols - (least_first[i].for_title ? title_cols : 0);
        if (bar_width(pieces) > room)
            pieces[least_first[i].piece].text[0] = '\0';
    }
    return bar_width(pieces);
}

void view_draw_bar(struct grid *g, struct rect area, const struct view_input *in,
                   const struct view_state *state)
{
    struct bar_piece pieces[N_PIECES];
    char title[160];
    const char *program = area.cols < 60 && in->title ? "" : "proclab  ";
    snprintf(title, sizeof title, "%s%s", program, in->title ? in->title : "");
    int title_cols = grid_text_width(title) + 3;
    say_all(pieces, in, state);
    int width = fit_bar(pieces, area.cols, title_cols < 28 ? title_cols : 28);
    bool still = state->paused;
    unsigned flags = still ? CELL_BOLD | CELL_REVERSE : 0;
    struct cell blank = {
        .rune = ' ', .role = still ? ROLE_PAUSED : ROLE_TEXT, .flags = (uint8_t)flags, .color = -1};
    grid_fill(g, area, blank);
    int col = area.cols - width;
    if (col > 3)
        grid_clipped(g, area, 0, 1, col - 2, still ? ROLE_PAUSED : ROLE_TITLE, flags | CELL_BOLD,
                     title);
    for (int i = 0; i < N_PIECES; i++) {
        if (!*pieces[i].text)
            continue;
        unsigned bold = i == PIECE_STATUS ? CELL_BOLD : 0;
        col += grid_text(g, area, 0, col < 0 ? 0 : col, still ? ROLE_PAUSED : pieces[i].role,
                         flags | bold, pieces[i].text);
        col += 2;
    }
}

/* ---- the keys ------------------------------------------------------------------- */

/* What a key is called in the line while the picture stands: time is what counts then. */
static const struct {
    enum action action;
    const char *brief;
} briefs_paused[] = {
    {ACT_PAUSE, "go on"},   {ACT_BACK, "look"}, {ACT_EVENT_BACK, "event"},
    {ACT_OLDEST, "oldest"}, {ACT_LIVE, "live"},
};

static const char *brief_of(const struct key_binding *b, const struct view_input *in,
                            const struct view_state *state)
{
    if (state->paused && in->is_replay && b->action == ACT_LIVE)
        return "newest"; /* of a recording nothing is live */
    for (size_t i = 0; state->paused && i < sizeof briefs_paused / sizeof *briefs_paused; i++)
        if (briefs_paused[i].action == b->action)
            return briefs_paused[i].brief;
    return b->brief;
}

static bool is_offered(const struct key_binding *b, const struct view_input *in,
                       const struct view_state *state)
{
    if (!brief_of(b, in, state))
        return false;
    if (b->action == ACT_NEXT)
        return in->narration != NULL && !in->is_replay && !state->paused;
    if (b->action == ACT_TYPE)
        return in->screen != NULL;
    return true;
}

static const char *shown_keys(const struct key_binding *b, const struct view_state *state)
{
    return state->ascii && b->ascii ? b->ascii : b->keys;
}

static int key_width(const struct key_binding *b, const struct view_input *in,
                     const struct view_state *state)
{
    int brief = grid_text_width(brief_of(b, in, state));
    return grid_text_width(shown_keys(b, state)) + (brief ? 1 + brief : 0) + 2;
}

/* Returns the column after it. */
static int draw_key(struct grid *g, struct rect area, int col, const struct key_binding *b,
                    bool stands_out, const struct view_input *in, const struct view_state *state)
{
    unsigned flags = stands_out ? CELL_BOLD | CELL_REVERSE : 0;
    enum role role = stands_out ? ROLE_KEY : ROLE_LABEL;
    col += grid_text(g, area, 0, col, ROLE_KEY, flags | CELL_BOLD, shown_keys(b, state));
    const char *brief = brief_of(b, in, state);
    if (*brief) {
        col += grid_text(g, area, 0, col, role, flags, " ");
        col += grid_text(g, area, 0, col, role, flags, brief);
    }
    return col;
}

/* The last two of the table, help and quit, always have room kept for them. */
static void draw_bindings(struct grid *g, struct rect area, const struct view_input *in,
                          const struct view_state *state)
{
    size_t n = view_n_key_bindings;
    const struct key_binding *all = view_key_bindings;
    int kept = key_width(&all[n - 2], in, state) + key_width(&all[n - 1], in, state) - 1;
    bool awaits = in->narration && in->narration->awaits_enter && !in->is_replay;
    int col = grid_text(g, area, 0, 0, ROLE_LABEL, 0, " ");
    for (size_t i = 0; i < n; i++) {
        if (!is_offered(&all[i], in, state))
            continue;
        if (i + 2 < n && col + key_width(&all[i], in, state) + kept > area.cols)
            continue;
        col = draw_key(g, area, col, &all[i], awaits && all[i].action == ACT_NEXT, in, state);
        col += grid_text(g, area, 0, col, ROLE_LABEL, 0, i + 1 < n ? "  " : " ");
    }
}

void view_draw_keys(struct grid *g, struct rect area, const struct view_input *in,
                    const struct view_state *state)
{
    if (area.rows < 1)
        return;
    if (state->is_searching) {
        int col = 1 + grid_text(g, area, 0, 1, ROLE_KEY, CELL_BOLD, "/");
        col += grid_text(g, area, 0, col, ROLE_TEXT, CELL_BOLD, state->search);
        col += grid_text(g, area, 0, col, ROLE_TEXT, CELL_REVERSE, " ");
        grid_text(g, area, 0, col, ROLE_LABEL, 0,
                  state->ascii ? "  Enter finds, Esc ends " : "  ⏎ finds, Esc ends ");
    } else if (state->is_typing) {
        int col = 1 + grid_text(g, area, 0, 1, ROLE_KEY, CELL_BOLD | CELL_REVERSE, "Ctrl-]");
        grid_text(g, area, 0, col, ROLE_LABEL, CELL_BOLD,
                  " takes the keyboard back from the program ");
    } else if (*state->message) {
        grid_text(g, area, 0, 0, ROLE_TEXT, 0, " ");
        int col = 1 + grid_text(g, area, 0, 1, ROLE_KEY, CELL_BOLD, state->message);
        grid_text(g, area, 0, col, ROLE_TEXT, 0, " ");
    } else {
        draw_bindings(g, area, in, state);
    }
}
