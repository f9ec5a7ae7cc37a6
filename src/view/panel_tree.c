/* The tree: who made whom, and what is each doing. */
#include "view/panel.h"
#include "view/words.h"

#include "model/explain.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Where the columns begin within the frame; -1: the column is left out. */
#define NAME_COLS 6 /* of a command's name are kept, whatever else wants room */

struct columns {
    int pid, pid_width;
    int state, state_width;
    int cpu; /* 5 wide */
    int command;
    bool has_lane; /* the state names the pipe it is blocked on */
};

static struct columns choose_columns(const struct moment *m, int cols,
                                     const struct view_state *state)
{
    pid_t highest = 99999;
    for (size_t i = 0; i < m->n_rows; i++)
        if (m->rows[i].process->pid > highest)
            highest = m->rows[i].process->pid;
    struct columns c = {.pid = 1, .cpu = -1};
    c.pid_width = snprintf(NULL, 0, "%d", (int)highest);
    c.state = c.pid + c.pid_width + 1;
    c.has_lane = cols >= 46;
    c.state_width = !c.has_lane ? 12 : state->ascii ? 16 : 14; /* "pipe write (1)" */
    c.command = c.state + c.state_width + 1;
    if (!state->projector && cols - c.command >= 17) {
        c.cpu = c.command;
        c.command += 6;
    }
    if (cols - c.command <
        8) { /* very narrow: the command counts for more than the state's words */
        c.state_width = cols - c.state - 9 > 1 ? cols - c.state - 9 : 1;
        c.command = c.state + c.state_width + 1;
    }
    return c;
}

static void draw_heads(struct grid *g, struct rect in, const struct columns *c, bool threads)
{
    grid_printf(g, in, 0, c->pid, ROLE_LABEL, 0, "%*s", c->pid_width, threads ? "TID" : "PID");
    grid_clipped(g, in, 0, c->state, c->state_width, ROLE_LABEL, 0, "STATE");
    if (c->cpu >= 0)
        grid_text(g, in, 0, c->cpu + 1, ROLE_LABEL, 0, "CPU%");
    grid_text(g, in, 0, c->command, ROLE_LABEL, 0, "COMMAND");
}

/* ---- branches --------------------------------------------------------------------- */

/*
 * The row's ancestor at a depth (at least 1, below the row's own): its siblings decide about the
 * line there.
 */
static const struct moment_row *ancestor(const struct moment *m, const struct moment_row *row,
                                         size_t depth)
{
    while (row->depth > depth && row->parent != TREE_NONE)
        row = &m->rows[row->parent];
    return row;
}

/*
 * The lines that lead to a name at `depth`; levels that would leave too little room to the
 * name are not drawn, only counted. Returns the columns taken.
 */
static int draw_branch(struct grid *g, struct rect in, int y, int x, const struct moment *m,
                       const struct moment_row *row, size_t depth, const char *joint)
{
    int start = x;
    size_t most = in.cols - x >= NAME_COLS + 3 ? (size_t)(in.cols - x - NAME_COLS) / 3 : 1;
    size_t level = 1;
    if (depth == 0)
        return 0;
    if (depth > most) {
        level = most > 2 ? depth - most + 2 : depth; /* the count takes the place of one level */
        x += grid_printf(g, in, y, x, ROLE_LABEL, 0, "…%zu ", level - 1);
    }
    for (; level < depth; level++) {
        bool goes_on = !ancestor(m, row, level)->is_last;
        x += grid_text(g, in, y, x, ROLE_FRAME, 0, goes_on ? "│  " : "   ");
    }
    x += grid_text(g, in, y, x, ROLE_FRAME, 0, joint);
    return x - start;
}

static const char *joint_of(const struct moment_row *row)
{
    if (row->marks & MARK_EXITED)
        return "✝─ ";
    return row->is_last ? "└─ " : "├─ ";
}

/* ---- one process ------------------------------------------------------------------- */

static bool is_on_pipe(const struct process *p)
{
    return p->waiting.kind == WAIT_PIPE_READ || p->waiting.kind == WAIT_PIPE_WRITE;
}

static bool is_zombie(const struct moment_row *row)
{
    return process_is_zombie(row->process) && !(row->marks & MARK_EXITED);
}

static enum role role_of_state(char state, const struct waiting *waiting)
{
    if (state == 'Z' || state == 'X')
        return ROLE_GONE;
    if (state == 'R')
        return ROLE_RUNNING;
    if (waiting->kind == WAIT_PIPE_READ || waiting->kind == WAIT_PIPE_WRITE)
        return ROLE_BLOCKED;
    return ROLE_TEXT;
}

static bool is_blocked_end(const struct moment *m, const struct pipe_end *ends, size_t n,
                           const struct process *p)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].is_blocked && &m->now->processes[ends[i].process] == p)
            return true;
    return false;
}

/* The lane that p is blocked on; NULL: none, or not known. */
static const struct pipe_lane *lane_blocking(const struct moment *m, const struct process *p)
{
    for (size_t i = 0; i < m->pipes.n; i++) {
        const struct pipe_lane *lane = &m->pipes.lanes[i];
        if (is_blocked_end(m, lane->writers, lane->n_writers, p) ||
            is_blocked_end(m, lane->readers, lane->n_readers, p))
            return lane;
    }
    return NULL;
}

static void say_state(char *text, size_t len, const struct moment *m, const struct moment_row *row,
                      const struct columns *c, const struct view_state *state)
{
    const struct process *p = row->process;
    if (row->marks & MARK_EXITED) {
        char how[40];
        explain_status(row->exit_status, how, sizeof how);
        char *more = strstr(how, " ("); /* "(core dumped)" */
        if (more && grid_text_width(how) + 2 > c->state_width)
            *more = '\0';
        snprintf(text, len, "✝ %s", strcmp(how, "?") == 0 ? "exited" : how);
        return;
    }
    char number[WORDS_NUMBER] = "";
    const struct pipe_lane *lane = c->has_lane ? lane_blocking(m, p) : NULL;
    if (lane)
        words_lane(lane->number, state->ascii, number, sizeof number);
    snprintf(text, len, "%c %s%s%s", p->state, explain_state(p), *number ? " " : "", number);
}

/* Say it in text, if it takes no more than `room` columns; else say nothing. */
__attribute__((format(printf, 4, 5))) static bool offer(char *text, size_t len, int room,
                                                        const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(text, len, format, args);
    va_end(args);
    if (grid_text_width(text) <= room)
        return true;
    text[0] = '\0';
    return false;
}

static void say_zombie(char *text, size_t len, const struct moment_row *row, int room)
{
    char how[40];
    explain_status(row->exit_status, how, sizeof how);
    bool is_known = strcmp(how, "?") != 0;
    if (!offer(text, len, room, "%s%snot waited for", is_known ? how : "", is_known ? ", " : ""))
        offer(text, len, room, "%s", is_known ? how : "");
}

static void say_orphan(char *text, size_t len, const struct moment *m, const struct process *p,
                       int room)
{
    char name[WORDS_NAME] = "";
    const struct process *parent = snapshot_find(m->now, p->ppid);
    bool is_ours = m->now->adopter_pid > 0 && p->ppid == m->now->adopter_pid;
    if (is_ours)
        snprintf(name, sizeof name, "proclab");
    else if (parent)
        words_name(m->now, parent, name, sizeof name);
    const char *gap = *name ? " " : "";
    (void)(offer(text, len, room, "orphan, adopted by %s%s%d%s", name, gap, (int)p->ppid,
                 is_ours ? " (its supervisor)" : "") ||
           offer(text, len, room, "orphan→%s%s%d", name, gap, (int)p->ppid) ||
           offer(text, len, room, "orphan→%d", (int)p->ppid) || offer(text, len, room, "orphan"));
}

/*
 * What the row is marked for, in `room` columns or fewer, the longest way that fits; "" when
 * nothing does.
 */
static void say_mark(char *text, size_t len, const struct moment *m, const struct moment_row *row,
                     int room)
{
    text[0] = '\0';
    if (is_zombie(row))
        say_zombie(text, len, row, room);
    else if (row->marks & MARK_ORPHAN)
        say_orphan(text, len, m, row->process, room);
    else if (row->marks & MARK_EXEC)
        offer(text, len, room, "exec'ed"); /* cut, it would be another word: then » alone says it */
    else if (row->process->is_outside)
        (void)(offer(text, len, room, "outside the watched tree") ||
               offer(text, len, room, "outside"));
    else if (row->marks & MARK_NEW)
        offer(text, len, room, "new");
}

static const char *glyph_of(const struct moment_row *row)
{
    if (row->marks & MARK_EXITED || is_zombie(row))
        return " "; /* ✝ and Z stand before the state */
    if (row->marks & MARK_ORPHAN)
        return "◇";
    if (row->marks & MARK_EXEC)
        return "»";
    if (row->process->is_outside)
        return "○";
    return row->marks & MARK_NEW ? "+" : " ";
}

static enum role role_of_row(const struct moment_row *row)
{
    if (row->marks & MARK_EXITED || is_zombie(row))
        return ROLE_GONE;
    if (row->process->is_outside)
        return ROLE_LABEL;
    return row->marks & (MARK_NEW | MARK_EXEC | MARK_ORPHAN) ? ROLE_NEW : ROLE_TEXT;
}

/* The name, what the row is marked for, and as much of the arguments as there is room for. */
static void draw_command(struct grid *g, struct rect in, int y, int x, const struct moment *m,
                         const struct moment_row *row, const struct view_state *state)
{
    char name[WORDS_NAME], mark[WORDS_NAME + 64], args[512];
    words_name(row->snapshot, row->process, name, sizeof name);
    int room = in.cols - x;
    int name_width = grid_text_width(name);
    int kept = name_width < NAME_COLS ? name_width : NAME_COLS;
    say_mark(mark, sizeof mark, m, row, room - kept - 1);
    int mark_width = *mark ? grid_text_width(mark) + 1 : 0;
    x += grid_clipped(g, in, y, x, room - mark_width, role_of_row(row), CELL_BOLD, name);
    words_args(row->snapshot, row->process, 1, args, sizeof args);
    int left = in.cols - x - mark_width - (*mark ? 2 : 1);
    if (!state->projector && *args &&
        left >= 4) { /* two columns, or the mark looks like one more */
        x += 1 + grid_clipped(g, in, y, x + 1, left, ROLE_LABEL, 0, args);
        x += *mark ? 1 : 0;
    }
    if (*mark)
        grid_text(g, in, y, x + 1, role_of_row(row), 0, mark);
}

/* One spotlight, not patches of colours: what these say the words say as well. */
static void even_out(struct grid *g, struct rect in, int y)
{
    for (int x = in.col; x < in.col + in.cols && x < g->cols && in.row + y < g->rows; x++)
        g->cells[(in.row + y) * g->cols + x].role = ROLE_TEXT;
}

static void draw_process(struct grid *g, struct rect in, int y, const struct columns *c,
                         const struct moment *m, const struct moment_row *row, bool is_selected,
                         const struct view_state *state)
{
    const struct process *p = row->process;
    char words[80];
    enum role role = row->marks & MARK_EXITED ? ROLE_GONE : role_of_state(p->state, &p->waiting);
    grid_text(g, in, y, 0, role_of_row(row), CELL_BOLD, is_selected ? "▸" : glyph_of(row));
    grid_printf(g, in, y, c->pid, role == ROLE_GONE ? role : ROLE_TEXT, 0, "%*d", c->pid_width,
                (int)p->pid);
    say_state(words, sizeof words, m, row, c, state);
    grid_clipped(g, in, y, c->state, c->state_width, role, role == ROLE_BLOCKED ? CELL_BOLD : 0,
                 words);
    if (c->cpu >= 0 && !(row->marks & MARK_EXITED)) {
        if (row->cpu_percent >= 0)
            grid_printf(g, in, y, c->cpu, ROLE_TEXT, 0, "%5.1f", row->cpu_percent);
        else
            grid_text(g, in, y, c->cpu + 4, ROLE_LABEL, 0, "?");
    }
    int x = c->command;
    x += draw_branch(g, in, y, x, m, row, row->depth, joint_of(row));
    draw_command(g, in, y, x, m, row, state);
    if (is_selected)
        grid_mark_row(g, in, y, CELL_SELECTED);
    if (is_selected && state->projector)
        even_out(g, in, y);
}

static bool has_children(const struct moment *m, size_t row)
{
    return row + 1 < m->n_rows && m->rows[row + 1].parent == row;
}

static void draw_thread(struct grid *g, struct rect in, int y, const struct columns *c,
                        const struct moment *m, const struct tree_line *line)
{
    const struct moment_row *row = &m->rows[line->row];
    const struct task *t = &row->snapshot->tasks[line->task];
    const char *comm = snapshot_text(row->snapshot, t->comm_text);
    char words[80], name[WORDS_NAME];
    enum role role = role_of_state(t->state, &t->waiting);
    struct tree_line next = *line;
    bool is_last =
        !(tree_line_next(m, true, &next) && next.task != TREE_NONE) && !has_children(m, line->row);
    grid_printf(g, in, y, c->pid, ROLE_LABEL, 0, "%*d", c->pid_width, (int)t->tid);
    snprintf(words, sizeof words, "%c %s", t->state, words_task_state(t));
    grid_clipped(g, in, y, c->state, c->state_width, role, 0, words);
    int x = c->command;
    /* As a child of its process would stand: the process's own line goes on below its name. */
    struct moment_row child = {.depth = row->depth + 1, .parent = line->row, .is_last = is_last};
    x += draw_branch(g, in, y, x, m, &child, child.depth, is_last ? "└─ " : "├─ ");
    explain_printable(comm, strlen(comm), name, sizeof name);
    x += grid_text(g, in, y, x, ROLE_LABEL, 0, "{");
    x += grid_clipped(g, in, y, x, in.cols - x - 1, ROLE_LABEL, 0, *name ? name : "?");
    grid_text(g, in, y, x, ROLE_LABEL, 0, "}");
}

/* ---- the panel ---------------------------------------------------------------------- */

/* With follow on: the selected process, or else the newest, is within the `shown` lines. */
static void follow(struct view_state *state, const struct moment *m, int shown)
{
    size_t row = view_selected_row(m, state);
    if (state->selected_pid == 0)
        for (size_t i = 0; i < m->n_rows; i++)
            if (m->rows[i].marks & MARK_NEW &&
                (row == TREE_NONE ||
                 m->rows[i].process->start_ticks >= m->rows[row].process->start_ticks))
                row = i;
    if (!state->follow || row == TREE_NONE || shown < 1)
        return;
    int line = (int)tree_line_of_row(m, state->show_threads, row);
    if (line < state->tree_top)
        state->tree_top = line;
    else if (line >= state->tree_top + shown)
        state->tree_top = line - shown + 1;
}

/* What is worth knowing of the processes above first and from end on, which are not shown. */
static void say_hidden(char *text, size_t len, const struct moment *m, size_t first, size_t end)
{
    int blocked = 0, fresh = 0, zombies = 0;
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct moment_row *row = &m->rows[i];
        if (i >= first && i < end)
            continue;
        blocked += !(row->marks & MARK_EXITED) && is_on_pipe(row->process);
        fresh += role_of_row(row) == ROLE_NEW;
        zombies += is_zombie(row);
    }
    int n = 0;
    text[0] = '\0';
    if (blocked)
        n += snprintf(text + n, len - (size_t)n, "%d on a pipe", blocked);
    if (zombies)
        n += snprintf(text + n, len - (size_t)n, "%s%d zombie", n ? ", " : "", zombies);
    if (fresh)
        snprintf(text + n, len - (size_t)n, "%s%d new", n ? ", " : "", fresh);
}

static void draw_lines(struct grid *g, struct rect in, int head_rows, int shown,
                       const struct view_input *input, struct view_state *state)
{
    const struct moment *m = input->moment;
    struct columns c = choose_columns(m, in.cols, state);
    size_t selected = view_selected_row(m, state), first_row = 0, end_row = 0;
    size_t total = tree_line_count(m, state->show_threads);
    if (head_rows)
        draw_heads(g, in, &c, state->show_threads);
    struct tree_line line;
    bool is_there = tree_line_at(m, state->show_threads, (size_t)state->tree_top, &line);
    first_row = is_there ? line.row : 0;
    for (int i = 0; i < shown && is_there; i++) {
        if (line.task == TREE_NONE)
            draw_process(g, in, head_rows + i, &c, m, &m->rows[line.row], line.row == selected,
                         state);
        else
            draw_thread(g, in, head_rows + i, &c, m, &line);
        end_row = line.row + 1;
        is_there = tree_line_next(m, state->show_threads, &line);
    }
    if ((size_t)shown < total && head_rows + shown < in.rows) {
        char note[80];
        size_t above = (size_t)state->tree_top;
        say_hidden(note, sizeof note, m, first_row, end_row);
        view_draw_more(g, in, head_rows + shown, above, total - above - (size_t)shown, note);
    }
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    const struct moment *m = input->moment;
    char title[96];
    int n = snprintf(title, sizeof title, "%s",
                     state->show_threads ? "Processes and threads" : "Processes");
    size_t inside = 0;
    for (size_t i = 0; i < m->now->n_processes; i++)
        inside += !m->now->processes[i].is_outside;
    if (inside > 0)
        n += snprintf(title + n, sizeof title - (size_t)n, " · %zu", inside);
    if (m->now->hidden > 0)
        snprintf(title + n, sizeof title - (size_t)n, ", %lld not readable",
                 (long long)m->now->hidden);
    else if (m->now->hidden < 0)
        snprintf(title + n, sizeof title - (size_t)n, ", more may be hidden");
    struct rect in = grid_frame(g, area, ROLE_FRAME, title);
    if (m->n_rows == 0) {
        grid_wrapped(g, in, 0, ROLE_LABEL, "No process is left in the watched tree.");
        return;
    }
    size_t total = tree_line_count(m, state->show_threads);
    int first;
    int shown = tree_lines_shown(area, total, state, &first);
    follow(state, m, shown);
    view_clamp_scroll(&state->tree_top, total, shown);
    draw_lines(g, in, first - (in.row - area.row), shown, input, state);
}

const struct panel panel_tree = {.place = PLACE_TREE, .draw = draw};
