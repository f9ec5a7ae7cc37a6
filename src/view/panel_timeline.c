/*
 * 4 Timeline: what happened while I blinked; who ran at the same time, and who took turns.
 *
 *     200 ms/cell  │-4 s      │-2 s      now
 *     4711 a       ▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄▄     a lane: eighths of a CPU, or what it waits for
 *     CPUs busy    111111111111111111111     together
 *     ↓ 3 more
 *     -1.23 s + sh 4709 forks a 4711         what happened
 *     2 want a CPU, 1.0 is busy: ...
 *     ▄ on a CPU  s sleep                    the signs that are there
 */
#include "view/panel.h"
#include "view/words.h"

#include "model/explain.h"
#include "model/timeline.h"

#include <stdio.h>
#include <string.h>

/* The lengths of a cell; a screen of them shows some seconds, as long as nobody zooms. */
static const int cell_ms[] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000};
enum { N_ZOOMS = sizeof cell_ms / sizeof *cell_ms, ZOOM_DEFAULT = 7 };

enum {
    LEAST_CELLS = 6, /* in fewer nothing can be seen */
    MOST_CELLS = 512,
    SHARES_COLS = 66,  /* from here on a lane has its shares beside it */
    SHARES_WIDTH = 10, /* " RUN% WAIT" */
    LOG_ROWS = 3,      /* for what happened, where there is room */
    TICK_CELLS = 10,
};

/* Which rows and columns are what. */
struct plan {
    int label, cells, shares; /* columns */
    int lanes, more, log;     /* rows */
    int busy, words, legend;  /* 0: not shown */
};

/* ---- a cell ------------------------------------------------------------------------------ */

struct sign {
    const char *glyph; /* the first cell of several alike */
    const char *name;
    enum role role;
};

enum { SIGN_RUN, SIGN_SHARED };

static const struct sign run_signs[] = {
    [SIGN_RUN] = {"▄", "runs", ROLE_RUNNING},
    [SIGN_SHARED] = {"▄", "runs, wants more", ROLE_BLOCKED},
};

/* In ASCII for both. */
static const struct sign tenths_sign = {"1-9 #", "tenths of a CPU, all", ROLE_RUNNING};

static const struct sign state_signs[] = {
    [LANE_ABSENT] = {" ", "", ROLE_TEXT},
    [LANE_UNSEEN] = {"?", "unknown", ROLE_LABEL},
    [LANE_RUNNING] = {"R", "running", ROLE_RUNNING},
    [LANE_QUEUED] = {"q", "waits for a CPU", ROLE_BLOCKED},
    [LANE_RUNNABLE] = {"R", "runs or waits for a CPU", ROLE_RUNNING},
    [LANE_STOPPED] = {"T", "stopped", ROLE_ALERT},
    [LANE_DISK] = {"D", "disk sleep", ROLE_TEXT},
    [LANE_ZOMBIE] = {"Z", "zombie", ROLE_GONE},
};

static const struct sign wait_signs[] = {
    [WAIT_UNKNOWN] = {"a", "asleep", ROLE_LABEL},
    [WAIT_NOTHING] = {"a", "asleep", ROLE_LABEL},
    [WAIT_PIPE_READ] = {"r", "pipe read", ROLE_BLOCKED},
    [WAIT_PIPE_WRITE] = {"w", "pipe write", ROLE_BLOCKED},
    [WAIT_CHILD] = {"c", "child", ROLE_LABEL},
    [WAIT_FUTEX] = {"f", "futex", ROLE_FLOW},
    [WAIT_POLL] = {"p", "poll", ROLE_LABEL},
    [WAIT_SLEEP] = {"s", "sleep", ROLE_LABEL},
    [WAIT_SOCKET] = {"k", "socket", ROLE_BLOCKED},
    [WAIT_TTY] = {"t", "terminal", ROLE_LABEL},
    [WAIT_SIGNAL] = {"g", "signal", ROLE_LABEL},
    [WAIT_OTHER] = {"o", "other", ROLE_LABEL},
};

/* Signs that stand in cells, for the legend: bits by state, by wait_kind, of run_signs. */
struct used {
    unsigned states, waits, runs;
};

/* Who wants more is told apart without colours, too. */
static unsigned flags_of_run(const struct sign *sign)
{
    return sign == &run_signs[SIGN_SHARED] ? CELL_UNDERLINE : 0;
}

static bool is_run(const struct timeline_cell *c)
{
    return c->state != LANE_ABSENT && c->state != LANE_UNSEEN && c->run >= 1.0F / 16;
}

static const struct sign *sign_of(const struct timeline_cell *c, struct used *used)
{
    if (is_run(c)) {
        int which = c->queued > 0.25F ? SIGN_SHARED : SIGN_RUN;
        used->runs |= 1U << which;
        return &run_signs[which];
    }
    if (c->state == LANE_SLEEPING) {
        used->waits |= 1U << c->wait;
        return &wait_signs[c->wait];
    }
    if (c->state != LANE_ABSENT)
        used->states |= 1U << c->state;
    return &state_signs[c->state];
}

/* ---- marks ------------------------------------------------------------------------------- */

static const struct mark_sign {
    const char *glyph;
    enum role role;
    int rank; /* of several in one cell the highest is seen */
} fork_sign = {"┬", ROLE_NEW, 1}, birth_sign = {"+", ROLE_NEW, 2}, exec_sign = {"»", ROLE_NEW, 3},
  exit_sign = {"✝", ROLE_GONE, 4};

static const struct mark_sign *sign_of_mark(const struct timeline_mark *m, size_t lane)
{
    switch (m->kind) {
    case EVENT_FORK:
        return lane == m->other_lane ? &birth_sign : lane == m->lane ? &fork_sign : NULL;
    case EVENT_EXEC:
        return lane == m->lane ? &exec_sign : NULL;
    case EVENT_EXIT:
        return lane == m->lane ? &exit_sign : NULL;
    default:
        return NULL;
    }
}

/* Of each cell of a lane. */
static void find_marks(const struct mark_sign *marks[MOST_CELLS], const struct plan *plan,
                       const struct timeline *t, size_t lane)
{
    for (size_t i = 0; i < t->n_marks; i++) {
        const struct timeline_mark *m = &t->marks[i];
        const struct mark_sign *sign = sign_of_mark(m, lane);
        if (sign && m->cell < (size_t)plan->cells &&
            (!marks[m->cell] || marks[m->cell]->rank <= sign->rank))
            marks[m->cell] = sign;
    }
}

/*
 * A letter where a wait begins, then dots: what changes stands out. A mark takes the place of what
 * is below it.
 */
static void draw_cells(struct grid *g, struct rect in, int y, const struct plan *plan,
                       const struct timeline *t, size_t index, const struct view_state *state,
                       struct used *used)
{
    const struct mark_sign *marks[MOST_CELLS] = {0};
    const struct sign *before = NULL;
    struct used below = {0}; /* the marks, not to be seen */
    find_marks(marks, plan, t, index);
    for (int i = 0; i < plan->cells; i++) {
        const struct timeline_cell *c = &t->lanes[index].cells[i];
        const struct sign *sign = sign_of(c, marks[i] ? &below : used);
        bool goes_on = sign == before && !is_run(c) && c->state != LANE_ABSENT;
        const char *glyph = is_run(c) ? words_share(c->run, state->ascii)
                            : goes_on ? (sign->role == ROLE_BLOCKED ? "─" : "·")
                                      : sign->glyph;
        enum role role = marks[i] ? marks[i]->role : sign->role;
        unsigned flags = marks[i] || !is_run(c) ? CELL_BOLD : flags_of_run(sign);
        if ((size_t)i <= t->now_cell)
            grid_text(g, in, y, plan->label + i, role, flags, marks[i] ? marks[i]->glyph : glyph);
        before = marks[i] ? NULL : sign;
    }
}

/* ---- rows -------------------------------------------------------------------------------- */

static char *name_of(const struct timeline_lane *lane, char *name, size_t len)
{
    const char *comm = lane->task ? snapshot_text(lane->snapshot, lane->task->comm_text) : NULL;
    if (comm && *comm) {
        char plain[WORDS_NAME - 2];
        explain_printable(comm, strlen(comm), plain, sizeof plain);
        snprintf(name, len, "{%s}", plain); /* as the tree writes threads */
    } else if (lane->comm[0] &&
               !lane->task) { /* nobody but the kernel has seen it under this name */
        explain_printable(lane->comm, strnlen(lane->comm, sizeof lane->comm), name, len);
    } else if (lane->process && !lane->task) {
        words_name(lane->snapshot, lane->process, name, len);
    } else {
        snprintf(name, len, "?");
    }
    return name;
}

static void draw_shares(struct grid *g, struct rect in, int y, const struct plan *plan,
                        const struct timeline_lane *lane)
{
    int x = plan->label + plan->cells;
    if (lane->run >= 0)
        grid_printf(g, in, y, x, ROLE_TEXT, 0, "%5.0f", lane->run * 100);
    if (lane->queued >= 0)
        grid_printf(g, in, y, x + 5, ROLE_TEXT, 0, "%5.0f", lane->queued * 100);
}

static void draw_lane(struct grid *g, struct rect in, int y, const struct plan *plan,
                      const struct timeline *t, size_t index, bool is_selected,
                      const struct view_state *state, struct used *used)
{
    const struct timeline_lane *lane = &t->lanes[index];
    char name[WORDS_NAME];
    enum role role = lane->lives ? ROLE_TEXT : ROLE_GONE;
    int x = grid_printf(g, in, y, 0, role, 0, "%d ", (int)(lane->tid ? lane->tid : lane->pid));
    grid_clipped(g, in, y, x, plan->label - x - 1, role, lane->lives && !lane->tid ? CELL_BOLD : 0,
                 name_of(lane, name, sizeof name));
    draw_cells(g, in, y, plan, t, index, state, used);
    if (plan->shares)
        draw_shares(g, in, y, plan, lane);
    if (is_selected) {
        struct rect label = in;
        label.cols = plan->label - 1;
        grid_mark_row(g, label, y, CELL_SELECTED);
    }
}

/* "200 ms", "2 s": whole ones. */
static void say_length(char *text, size_t len, uint64_t ns)
{
    uint64_t ms = ns / 1000000;
    if (ms < 1000 || ms % 500 != 0)
        snprintf(text, len, "%llu ms", (unsigned long long)ms);
    else
        snprintf(text, len, "%g s", (double)ms / 1000);
}

static void draw_axis(struct grid *g, struct rect in, const struct plan *plan,
                      const struct timeline *t, const struct view_input *input)
{
    char length[WORDS_NUMBER];
    const char *end = input->back > 0 ? "shown" : "now";
    int now = plan->label + (int)t->now_cell;
    int end_x = now + 1 - (int)strlen(end);
    say_length(length, sizeof length, t->cell_ns);
    grid_printf(g, in, 0, 0, ROLE_LABEL, 0, plan->label > 12 ? "%s a cell" : "%s", length);
    grid_text(g, in, 0, end_x, ROLE_LABEL, CELL_BOLD, end);
    int room = end_x - 1;
    for (int k = 1; now - k * TICK_CELLS >= plan->label; k++) {
        int x = now - k * TICK_CELLS;
        say_length(length, sizeof length, (uint64_t)k * TICK_CELLS * t->cell_ns);
        grid_text(g, in, 0, x, ROLE_LABEL, 0, "│");
        if (x + 2 + (int)strlen(length) <= room)
            grid_printf(g, in, 0, x + 1, ROLE_LABEL, 0, "-%s", length);
        room = x - 1;
    }
    if (plan->shares)
        grid_printf(g, in, 0, plan->label + plan->cells, ROLE_LABEL, 0, "%5s%5s", "RUN%", "WAIT");
}

/* How many CPUs were kept busy: part of one as its share, then whole ones in figures. */
static void draw_busy(struct grid *g, struct rect in, int y, const struct plan *plan,
                      const struct timeline *t, bool ascii)
{
    grid_clipped(g, in, y, 0, plan->label - 1, ROLE_LABEL, CELL_BOLD,
                 plan->label > 10 ? "CPUs busy" : "CPUs");
    for (int i = 0; i < plan->cells && (size_t)i <= t->now_cell; i++) {
        float busy = t->busy[i];
        int whole = busy < 9 ? (int)(busy + 0.5F) : 9;
        char figure[] = {(char)('0' + whole), '\0'};
        const char *glyph = busy < 0        ? " "
                            : busy < 0.05F  ? "·"
                            : busy >= 0.92F ? figure
                            : ascii         ? "-"
                                            : words_share(busy, false);
        grid_text(g, in, y, plan->label + i, busy < 0.05F ? ROLE_LABEL : ROLE_FLOW, CELL_BOLD,
                  glyph);
    }
    if (plan->shares && t->load.busy >= 0)
        grid_printf(g, in, y, plan->label + plan->cells, ROLE_FLOW, CELL_BOLD, "%5.1f",
                    t->load.busy);
}

static void draw_legend(struct grid *g, struct rect in, int y, const struct used *used, bool ascii)
{
    const struct sign *signs[64];
    size_t n = 0;
    if (used->runs && ascii)
        signs[n++] = &tenths_sign;
    for (size_t i = 0; !ascii && i < sizeof run_signs / sizeof *run_signs; i++)
        if (used->runs & 1U << i)
            signs[n++] = &run_signs[i];
    for (size_t i = 0; i < sizeof state_signs / sizeof *state_signs; i++)
        if (used->states & 1U << i)
            signs[n++] = &state_signs[i];
    for (size_t i = 0; i < sizeof wait_signs / sizeof *wait_signs; i++)
        if (used->waits & 1U << i)
            signs[n++] = &wait_signs[i];
    int x = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_share = signs[i] >= run_signs && signs[i] < run_signs + 2;
        if (x + grid_text_width(signs[i]->glyph) + 1 + grid_text_width(signs[i]->name) > in.cols)
            continue;
        x += 1 + grid_text(g, in, y, x, signs[i]->role,
                           is_share ? flags_of_run(signs[i]) : CELL_BOLD, signs[i]->glyph);
        x += 2 + grid_text(g, in, y, x, ROLE_LABEL, 0, signs[i]->name);
    }
}

/* ---- what happened ----------------------------------------------------------------------- */

static void say_who(char *text, size_t len, const struct timeline *t, size_t lane, pid_t pid,
                    const struct snapshot *now)
{
    char name[WORDS_NAME] = "process";
    if (pid == now->adopter_pid)
        snprintf(name, sizeof name, "proclab");
    if (lane != TREE_NONE)
        words_cut(name_of(&t->lanes[lane], name, sizeof name), sizeof name, 15);
    snprintf(text, len, "%s %d", name, (int)pid);
}

/* To the digits that are known. */
static void say_when(char *text, size_t len, const struct timeline_mark *m, uint64_t now_ns)
{
    double s = ((double)now_ns - (double)m->time_ns) / 1e9;
    if (m->within_ns < 1000000)
        snprintf(text, len, "%.3f s ago", s);
    else if (m->within_ns <= 10000000)
        snprintf(text, len, "%.2f s ago", s);
    else
        snprintf(text, len, "~%.1f s ago", s);
}

static void draw_event(struct grid *g, struct rect in, int y, const struct timeline *t,
                       const struct timeline_mark *m, const struct snapshot *now)
{
    char when[WORDS_NUMBER], who[300], other[300], how[40], text[700];
    say_when(when, sizeof when, m, now->time_ns);
    say_who(who, sizeof who, t, m->lane, m->pid, now);
    enum role role = m->kind == EVENT_EXIT ? ROLE_GONE : ROLE_NEW;
    if (m->kind == EVENT_FORK) {
        say_who(other, sizeof other, t, m->other_lane, m->other, now);
        snprintf(text, sizeof text, "+ %s forks %s", who, other);
    } else if (m->kind == EVENT_EXEC) {
        explain_printable(m->comm, strnlen(m->comm, sizeof m->comm), other, sizeof other);
        snprintf(text, sizeof text, "» %s exec%s%s", who, *other ? "s " : "", other);
    } else {
        explain_status(m->status, how, sizeof how);
        snprintf(text, sizeof text, "✝ %s ends%s%s", who, m->status == -1 ? "" : ": ",
                 m->status == -1 ? "" : how);
    }
    int x = grid_printf(g, in, y, 0, ROLE_LABEL, 0, "%*s ", in.cols < 45 ? 9 : 11, when);
    grid_clipped(g, in, y, x, in.cols - x, role, 0, text);
}

static void draw_log(struct grid *g, struct rect in, int y, const struct plan *plan,
                     const struct timeline *t, const struct snapshot *now)
{
    size_t rows = (size_t)plan->log, first = t->n_marks > rows ? t->n_marks - rows : 0;
    for (size_t i = first; i < t->n_marks; i++)
        draw_event(g, in, y + (int)(i - first), t, &t->marks[i], now);
}

/* ---- in words ---------------------------------------------------------------------------- */

/* Who gets the CPUs, in the last second. */
static size_t say_load(char *text, size_t len, const struct timeline_load *l)
{
    int n = 0;
    double wanting = (double)l->wanting, running = wanting - l->queued; /* on the average */
    if (l->busy < 0)
        *text = '\0';
    else if (l->wanting == 0)
        n = snprintf(text, len,
                     l->busy < 0.05 ? "All sleep; no CPU is kept busy."
                                    : "Nobody wants a CPU all the time.");
    else if (l->wanting == 1)
        n = snprintf(text, len,
                     l->queued < 0.15 ? "One runs all the time, and has a CPU."
                                      : "One wants a CPU, and has it %.0f %% of the time.",
                     (1 - l->queued) * 100);
    else if (l->queued < 0.15 * wanting)
        n = snprintf(text, len, "%zu run at the same time: parallel.", l->wanting);
    else if (l->cpus == 1)
        n = snprintf(text, len,
                     running >= 0.8 ? "%zu take turns on CPU %d: concurrent."
                                    : "%zu and others take turns on CPU %d.",
                     l->wanting, l->cpu);
    else if (running >= 0.8 * l->cpus)
        n = snprintf(text, len, "%zu take turns on %d CPUs.", l->wanting, l->cpus);
    else
        n = snprintf(text, len, "%zu want a CPU; they get %.1f in all.", l->wanting, running);
    return (size_t)n < len ? (size_t)n : len - 1;
}

static void say_selected(char *text, size_t len, const struct timeline_lane *lane)
{
    char name[WORDS_NAME];
    words_cut(name_of(lane, name, sizeof name), sizeof name, 15);
    if (lane->run < 0)
        *text = '\0';
    else if (lane->queued < 0)
        snprintf(text, len, "%s %d: runs %.0f %%.", name, (int)lane->pid, lane->run * 100);
    else
        snprintf(text, len, "%s %d: runs %.0f %%, is kept waiting %.0f %%.", name, (int)lane->pid,
                 lane->run * 100, lane->queued * 100);
}

/*
 * Both, or the one that counts for more: who takes turns with whom, else what the selected one did.
 * Returns the rows that it takes, `rows` at most.
 */
static int say_words(char *text, size_t len, const struct timeline *t, size_t selected, int cols,
                     int rows)
{
    char own[WORDS_NAME + 64] = "";
    size_t n = say_load(text, len, &t->load);
    if (selected != TREE_NONE)
        say_selected(own, sizeof own, &t->lanes[selected]);
    if (rows < 1 || cols < 12)
        return 0;
    if (*own && n + 2 < len) {
        snprintf(text + n, len - n, "%s%s", n ? " " : "", own);
        if (grid_wrapped_rows(cols, text) > rows) {
            text[n] = '\0';
            if (t->load.wanting < 2)
                snprintf(text, len, "%s", own);
        }
    }
    int needed = *text ? grid_wrapped_rows(cols, text) : 0;
    return needed < rows ? needed : rows;
}

/* ---- the panel --------------------------------------------------------------------------- */

static struct plan plan_cols(int cols)
{
    struct plan p = {.label = cols < 45 ? 12 : cols < 70 ? 16 : 22};
    p.shares = cols >= SHARES_COLS ? SHARES_WIDTH : 0;
    if (p.label + LEAST_CELLS > cols)
        p.label = cols > LEAST_CELLS + 4 ? cols - LEAST_CELLS : 4;
    p.cells = cols - p.label - p.shares;
    if (p.cells > MOST_CELLS)
        p.cells = MOST_CELLS;
    return p;
}

static void plan_rows(struct plan *p, int rows, size_t n_lanes, size_t n_marks, bool projector)
{
    int left = rows - 1; /* below the axis */
    p->busy = left >= 4;
    left -= p->busy;
    left -= p->words;
    p->legend = left >= 5;
    left -= p->legend;
    int log = (int)(n_marks < LOG_ROWS ? n_marks : LOG_ROWS);
    p->log = left >= 6 + log ? log : 0;
    left -= p->log;
    p->lanes = left;
    if (projector && p->lanes > PROJECTOR_LINES)
        p->lanes = PROJECTOR_LINES;
    if (n_lanes > (size_t)p->lanes) {
        p->more = 1;
        p->lanes -= p->lanes == left; /* its row is there already where a projector shows fewer */
    } else {
        p->lanes = (int)n_lanes;
    }
    left -= p->lanes + p->more;
    if (left > 0 && (size_t)p->log < n_marks) /* what is left over is for what happened */
        p->log += (size_t)left < n_marks - (size_t)p->log ? left : (int)(n_marks - (size_t)p->log);
}

/* The lane to be kept in sight: the selected one, or else, while following, the newest. */
static size_t anchor_of(const struct timeline *t, const struct view_state *state, size_t selected)
{
    if (selected != TREE_NONE || !state->follow || state->selected_pid != 0)
        return selected;
    size_t newest = TREE_NONE;
    for (size_t i = 0; i < t->n_lanes; i++)
        if (t->lanes[i].born_ns > 0 && t->lanes[i].lives &&
            (newest == TREE_NONE || t->lanes[i].born_ns >= t->lanes[newest].born_ns))
            newest = i;
    return newest;
}

static void draw_all(struct grid *g, struct rect in, const struct view_input *input,
                     const struct timeline *t, struct plan *p, struct view_state *state)
{
    char text[512] = "";
    size_t selected = state->selected_pid
                          ? timeline_lane_of(t, state->selected_pid, 0, state->selected_start)
                          : TREE_NONE;
    int most = in.rows < 7 ? 0 : in.rows < 14 ? 1 : 2;
    p->words = say_words(text, sizeof text, t, selected, in.cols, most);
    plan_rows(p, in.rows, t->n_lanes, t->n_marks, state->projector);
    struct used used = {0};
    draw_axis(g, in, p, t, input);
    int top = view_scroll_from(&state->subject_top, t->n_lanes, p->lanes > 0 ? p->lanes : 1,
                               anchor_of(t, state, selected));
    int y = 1;
    size_t first = (size_t)top;
    for (size_t i = first; i < t->n_lanes && y <= p->lanes; i++)
        draw_lane(g, in, y++, p, t, i, i == selected, state, &used);
    if (p->more) {
        char note[64] = "";
        if (t->n_left_out > 0)
            snprintf(note, sizeof note, "%zu events left out", t->n_left_out);
        size_t below = t->n_lanes - first - (size_t)(p->lanes > 0 ? p->lanes : 0);
        view_draw_more(g, in, y++, first, below, note);
    }
    if (p->busy)
        draw_busy(g, in, y++, p, t, state->ascii);
    draw_log(g, in, y, p, t, input->moment->now);
    if (p->words) {
        struct rect below = in;
        below.row += in.rows - p->legend - p->words;
        below.rows = p->words;
        grid_wrapped(g, below, 0, ROLE_TEXT, text);
    }
    if (p->legend)
        draw_legend(g, in, in.rows - 1, &used, state->ascii);
}

static void keep_zoom_in_range(int *zoom)
{
    if (*zoom < -ZOOM_DEFAULT)
        *zoom = -ZOOM_DEFAULT;
    if (*zoom > N_ZOOMS - 1 - ZOOM_DEFAULT)
        *zoom = N_ZOOMS - 1 - ZOOM_DEFAULT;
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    struct rect in = grid_frame(g, area, ROLE_FRAME,
                                area.cols < 45 ? "4 Timeline" : "4 Timeline · z and Z zoom");
    keep_zoom_in_range(&state->zoom);
    struct plan p = plan_cols(in.cols);
    if (!input->history) {
        grid_wrapped(g, in, 0, ROLE_LABEL, "Nothing is kept of what was before this moment.");
        return;
    }
    if (p.cells < LEAST_CELLS || in.rows < 2) {
        grid_wrapped(g, in, 0, ROLE_LABEL, "The timeline needs more room.");
        return;
    }
    struct timeline t;
    uint64_t cell_ns = (uint64_t)cell_ms[ZOOM_DEFAULT + state->zoom] * 1000000;
    int error = timeline_init(&t, input->history, input->index, cell_ns, (size_t)p.cells,
                              state->show_threads);
    if (error)
        grid_wrapped(g, in, 0, ROLE_ALERT, "There is no memory for the timeline.");
    else if (t.n_lanes == 0)
        grid_wrapped(g, in, 0, ROLE_LABEL, "No process was there in this time.");
    else
        draw_all(g, in, input, &t, &p, state);
    timeline_fini(&t);
}

const struct panel panel_timeline = {.place = PLACE_SUBJECT, .action = ACT_SUBJECT_4, .draw = draw};
