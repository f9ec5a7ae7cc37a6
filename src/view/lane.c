/*
 * One lane of the pipes panel. It is laid out in pieces of text, each of which goes on a new row
 * where it does not fit beside the one before it.
 */
#include "view/lane.h"

#include "view/panel.h"
#include "view/words.h"

#include "model/explain.h"

#include <stdio.h>
#include <string.h>

#define INDENT    3
#define PIECE_GAP 2

/* What draws a lane, and where it is. With g NULL the rows are only counted. */
struct pen {
    struct grid *g;
    struct rect in;
    int row, col;
    bool is_compact;
};

/* A piece of text goes where the one before it ended, or on a new row where it does not fit. */
static void put_piece(struct pen *pen, enum role role, unsigned flags, const char *text)
{
    int width = grid_text_width(text);
    if (pen->col > INDENT) {
        if (pen->col + PIECE_GAP + width > pen->in.cols) {
            pen->row++;
            pen->col = INDENT;
        } else {
            pen->col += PIECE_GAP;
        }
    }
    if (pen->g)
        grid_clipped(pen->g, pen->in, pen->row, pen->col, pen->in.cols - pen->col, role, flags,
                     text);
    pen->col += width;
}

static void end_line(struct pen *pen)
{
    if (pen->col > INDENT)
        pen->row++;
    pen->col = INDENT;
}

static const struct process *process_of(const struct moment *m, const struct pipe_end *end)
{
    return &m->now->processes[end->process];
}

static bool holds(const struct moment *m, const struct pipe_end *ends, size_t n,
                  const struct view_state *state)
{
    for (size_t i = 0; i < n; i++) {
        const struct process *p = process_of(m, &ends[i]);
        if (p->pid == state->selected_pid && p->start_ticks == state->selected_start)
            return true;
    }
    return false;
}

bool lane_is_selected(const struct moment *m, const struct pipe_lane *lane,
                      const struct view_state *state)
{
    return state->selected_pid > 0 && (holds(m, lane->writers, lane->n_writers, state) ||
                                       holds(m, lane->readers, lane->n_readers, state));
}

/* ---- ① yes 4711 ═══▶ sh 4712 ------------------------------------------------------- */

/* The one of an end's holders that stands for it: one that is blocked, else the first. */
static size_t leader(const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].is_blocked)
            return i;
    return 0;
}

/* How many processes hold the end: its entries are in the order of processes (pipes.h). */
static size_t count_processes(const struct pipe_end *ends, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += i == 0 || ends[i].process != ends[i - 1].process;
    return count;
}

static enum role say_leader(const struct moment *m, const struct pipe_end *ends, size_t n,
                            const char *none, int name_cols, char *buf, size_t len)
{
    if (n == 0) {
        snprintf(buf, len, "%s", none);
        return ROLE_GONE;
    }
    char name[WORDS_NAME], more[WORDS_NUMBER] = "";
    size_t who = leader(ends, n), holders = count_processes(ends, n);
    const struct process *p = process_of(m, &ends[who]);
    words_name(m->now, p, name, sizeof name);
    words_cut(name, sizeof name, name_cols);
    if (holders > 1)
        snprintf(more, sizeof more, " +%zu", holders - 1);
    snprintf(buf, len, "%s %d%s", name, (int)p->pid, more);
    return ends[who].is_blocked ? ROLE_BLOCKED : ROLE_TEXT;
}

static void draw_head(struct pen *pen, const struct moment *m, const struct pipe_lane *lane,
                      const struct view_state *state)
{
    char number[WORDS_NUMBER], from[WORDS_NAME + 64], to[WORDS_NAME + 64];
    int row = pen->row++;
    if (!pen->g)
        return;
    struct rect in = pen->in;
    enum role from_role, to_role;
    words_lane(lane->number, state->ascii, number, sizeof number);
    int room = in.cols - 3 - grid_text_width(number) - 5; /* beside the number and a short arrow */
    int name_cols = 20;
    do { /* names give way, PIDs do not */
        from_role = say_leader(m, lane->writers, lane->n_writers, "no writer", name_cols, from,
                               sizeof from);
        to_role =
            say_leader(m, lane->readers, lane->n_readers, "no reader", name_cols, to, sizeof to);
    } while (grid_text_width(from) + grid_text_width(to) > room && --name_cols >= 4);
    bool selected = lane_is_selected(m, lane, state);
    if (selected)
        grid_text(pen->g, in, row, 0, ROLE_TITLE, CELL_BOLD, "▸");
    int x = 1 + grid_text(pen->g, in, row, 1, ROLE_TITLE,
                          CELL_BOLD | (selected ? CELL_UNDERLINE : 0), number);
    x += 1 + grid_text(pen->g, in, row, x + 1, from_role, CELL_BOLD, from);
    int end = in.cols - grid_text_width(to) - 1; /* the readers stand at the right */
    if (end > x + 24)
        end = x + 24 + (end - x - 24) / 2; /* but not at the far end of a very wide panel */
    if (end < x + 5)
        end = x + 5;
    grid_text(pen->g, in, row, x, ROLE_FLOW, 0, " ");
    for (int col = x + 1; col < end - 2; col++)
        grid_text(pen->g, in, row, col, ROLE_FLOW, 0, "═");
    grid_text(pen->g, in, row, end - 2, ROLE_FLOW, CELL_BOLD, "▶ ");
    grid_clipped(pen->g, in, row, end, in.cols - end, to_role, CELL_BOLD, to);
}

/* ---- ▇▇▇▇ 65,536/65,536 B ------------------------------------------------------------ */

static void draw_fill_bar(struct pen *pen, int width, int64_t fill, int64_t capacity, bool is_full)
{
    enum role role = is_full ? ROLE_BLOCKED : ROLE_FLOW;
    int filled = 0;
    if (capacity > 0 && fill >= capacity)
        filled = width;
    else if (capacity > 0)
        filled = (int)((double)fill / (double)capacity * width);
    if (fill > 0 && filled == 0)
        filled = 1; /* not empty */
    if (fill < capacity && filled == width)
        filled = width - 1; /* not to the brim */
    for (int i = 0; pen->g && i < width; i++)
        grid_text(pen->g, pen->in, pen->row, INDENT + i, i < filled ? role : ROLE_FRAME, 0,
                  i < filled ? "▇" : "░");
    pen->col = INDENT + width - 1; /* one column from the figures: put_piece() adds two */
}

/* Compact, the bar is short, and left out of a narrow panel; else it fills the row. */
static int bar_width(const struct pen *pen, const char *figures)
{
    if (pen->is_compact)
        return pen->in.cols >= 44 && pen->col == INDENT ? 8 : 0;
    int width = pen->in.cols - INDENT - grid_text_width(figures) - 2;
    return width > 40 ? 40 : width;
}

static void draw_fill(struct pen *pen, const struct moment *m, const struct pipe_lane *lane)
{
    const struct channel *c = &m->now->channels[lane->channel];
    char fill[WORDS_NUMBER], capacity[WORDS_NUMBER], text[160];
    words_grouped(c->fill_bytes, fill, sizeof fill);
    words_grouped(c->capacity_bytes, capacity, sizeof capacity);
    if (c->fill_bytes < 0) {
        snprintf(text, sizeof text, "?/%s B: %s", capacity, words_why_unknown(c->fill_error));
        put_piece(pen, ROLE_LABEL, 0, text);
    } else if (c->capacity_bytes < 0) {
        snprintf(text, sizeof text, "%s B %s", fill,
                 c->kind == CHANNEL_SOCKETPAIR ? "in the receive queue" : "in it, capacity ?");
        put_piece(pen, ROLE_TEXT, 0, text);
    } else {
        snprintf(text, sizeof text, "%s/%s B", fill, capacity);
        int width = bar_width(pen, text);
        if (width >= 4)
            draw_fill_bar(pen, width, c->fill_bytes, c->capacity_bytes,
                          lane->condition == PIPE_FULL);
        put_piece(pen, ROLE_TEXT, CELL_BOLD, text);
    }
    if (!pen->is_compact)
        end_line(pen);
}

/* ---- what it is, what stands out, and how much flows ----------------------------------- */

/* The lane of the other direction of a socketpair, or NULL. */
static const struct pipe_lane *other_way(const struct moment *m, const struct channel *c)
{
    for (size_t i = 0; i < m->pipes.n; i++) {
        const struct channel *d = &m->now->channels[m->pipes.lanes[i].channel];
        if (d->kind == CHANNEL_SOCKETPAIR && d->inode == c->peer_inode && d->peer_inode == c->inode)
            return &m->pipes.lanes[i];
    }
    return NULL;
}

static void draw_kind(struct pen *pen, const struct moment *m, const struct pipe_lane *lane,
                      const struct view_state *state)
{
    const struct channel *c = &m->now->channels[lane->channel];
    char text[512];
    if (c->kind == CHANNEL_FIFO) {
        const char *path = snapshot_text(m->now, c->path_text);
        int n = snprintf(text, sizeof text, "FIFO ");
        explain_printable(path, strlen(path), text + n, sizeof text - (size_t)n);
        put_piece(pen, ROLE_LABEL, 0, *path ? text : "FIFO");
        end_line(pen);
    } else if (c->kind == CHANNEL_SOCKETPAIR) {
        char number[WORDS_NUMBER];
        const struct pipe_lane *back = other_way(m, c);
        snprintf(text, sizeof text, "socketpair%s%s", back ? ", the other way: " : ", one way",
                 back ? words_lane(back->number, state->ascii, number, sizeof number) : "");
        put_piece(pen, ROLE_LABEL, 0, text);
        end_line(pen);
    }
}

static void say_condition(const struct moment *m, const struct pipe_lane *lane, char *buf,
                          size_t len)
{
    const struct channel *c = &m->now->channels[lane->channel];
    bool is_socket = c->kind == CHANNEL_SOCKETPAIR;
    char name[WORDS_NAME];
    buf[0] = '\0';
    switch (lane->condition) {
    case PIPE_FLOWING:
        break;
    case PIPE_FULL:
        snprintf(buf, len, "FULL");
        break;
    case PIPE_STARVED:
        snprintf(buf, len, c->fill_bytes == 0 ? "EMPTY" : "reader waits");
        break;
    case PIPE_EOF_WITHHELD: {
        if (lane->holder < 0 || (size_t)lane->holder >= lane->n_writers) {
            snprintf(buf, len, "EOF WITHHELD");
            break;
        }
        const struct pipe_end *end = &lane->writers[lane->holder];
        words_name(m->now, process_of(m, end), name, sizeof name);
        words_cut(name, sizeof name, 16);
        snprintf(buf, len, "EOF WITHHELD by %s %d/%d", name, (int)process_of(m, end)->pid, end->fd);
        break;
    }
    case PIPE_NO_READER:
        snprintf(buf, len, is_socket ? "NO READER" : "NO READER: a write gets SIGPIPE");
        break;
    case PIPE_NO_WRITER:
        snprintf(buf, len,
                 c->fill_bytes == 0 ? "NO WRITER: a read gets EOF"
                                    : "NO WRITER: EOF comes after this");
        break;
    }
}

static const char *bound_sign(enum obtained how, const struct view_state *state)
{
    if (how != OBTAINED_BOUND)
        return "";
    return state->ascii ? "<= " : "≤ ";
}

static void draw_flow(struct pen *pen, const struct moment *m, size_t lane_index,
                      const struct view_state *state)
{
    const struct moment_flow *flow = &m->flows[lane_index];
    char bytes[WORDS_NUMBER], text[96];
    if (flow->bytes_per_s < 0) {
        put_piece(pen, ROLE_LABEL, 0, "? B/s");
    } else {
        words_bytes(flow->bytes_per_s, bytes, sizeof bytes);
        bool is_bound = flow->obtained == OBTAINED_BOUND;
        snprintf(text, sizeof text, "%s%s/s%s%s", bound_sign(flow->obtained, state), bytes,
                 is_bound ? "" : " ", is_bound ? "" : obtained_name(flow->obtained));
        put_piece(pen, ROLE_TEXT, 0, text);
    }
    if (flow->total_bytes >= 0 && !pen->is_compact) {
        words_bytes((double)flow->total_bytes, bytes, sizeof bytes);
        snprintf(text, sizeof text, "total %s%s", bound_sign(flow->obtained, state), bytes);
        put_piece(pen, ROLE_TEXT, 0, text);
    }
    end_line(pen);
}

/* ---- w: yes 4711/1 blocked  r: sh 4712/0 ------------------------------------------------ */

static void draw_end(struct pen *pen, const struct moment *m, const struct pipe_end *end,
                     const char *label, bool is_holder)
{
    const struct process *p = process_of(m, end);
    char name[WORDS_NAME], text[WORDS_NAME + 64];
    words_name(m->now, p, name, sizeof name);
    words_cut(name, sizeof name, 16);
    snprintf(text, sizeof text, "%s%s %d/%d%s%s", label, name, (int)p->pid, end->fd,
             end->is_blocked ? " blocked" : "", p->is_outside ? " outside" : "");
    enum role role = is_holder ? ROLE_ALERT : end->is_blocked ? ROLE_BLOCKED : ROLE_TEXT;
    put_piece(pen, role, is_holder ? CELL_BOLD : 0, text);
}

/*
 * All that hold one end; where there are too many, those that are blocked, or withhold EOF, come
 * first.
 */
static void draw_ends(struct pen *pen, const struct moment *m, const struct pipe_lane *lane,
                      bool writers)
{
    const struct pipe_end *ends = writers ? lane->writers : lane->readers;
    size_t n = writers ? lane->n_writers : lane->n_readers;
    int holder = writers && lane->condition == PIPE_EOF_WITHHELD ? lane->holder : -1;
    size_t most = pen->in.rows < 12 ? 4 : pen->in.rows < 24 ? 6 : 12, shown = 0;
    char text[WORDS_NUMBER];
    if (n == 0)
        put_piece(pen, ROLE_GONE, 0, writers ? "w: nobody" : "r: nobody");
    for (int pass = n > most ? 0 : 1; pass < 2; pass++)
        for (size_t i = 0; i < n && shown < most; i++) {
            bool goes_first = n > most && (ends[i].is_blocked || (int)i == holder);
            if (goes_first != (pass == 0))
                continue;
            draw_end(pen, m, &ends[i], shown > 0 ? "" : writers ? "w: " : "r: ", (int)i == holder);
            shown++;
        }
    if (n > shown) {
        snprintf(text, sizeof text, "+%zu more", n - shown);
        put_piece(pen, ROLE_LABEL, 0, text);
    }
}

/* ---- the lane --------------------------------------------------------------------------- */

static void draw_condition(struct pen *pen, const struct moment *m, const struct pipe_lane *lane)
{
    char text[WORDS_NAME + 64];
    say_condition(m, lane, text, sizeof text);
    if (*text)
        put_piece(pen, lane->condition == PIPE_STARVED ? ROLE_BLOCKED : ROLE_ALERT, CELL_BOLD,
                  text);
}

int lane_draw(struct grid *g, struct rect in, int row, const struct moment *m, size_t index,
              bool is_compact, const struct view_state *state)
{
    const struct pipe_lane *lane = &m->pipes.lanes[index];
    struct pen pen = {.g = g, .in = in, .row = row, .col = INDENT, .is_compact = is_compact};
    draw_head(&pen, m, lane, state);
    draw_kind(&pen, m, lane, state);
    if (is_compact) /* in the order that needs the fewest rows */
        draw_condition(&pen, m, lane);
    draw_fill(&pen, m, lane);
    if (!is_compact)
        draw_condition(&pen, m, lane);
    draw_flow(&pen, m, index, state);
    draw_ends(&pen, m, lane, true);
    draw_ends(&pen, m, lane, false);
    if (lane->has_unknown_holder)
        put_piece(&pen, ROLE_LABEL, 0, "? maybe others: fds not readable");
    end_line(&pen);
    return pen.row - row;
}
