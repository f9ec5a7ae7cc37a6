#include "export/snapshot_text.h"

#include "export/text.h"
#include "model/explain.h"
#include "model/history.h"
#include "view/grid.h"
#include "view/words.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_DRAWN 24 /* levels of the tree; deeper ones are counted */

struct listing {
    FILE *out;
    const struct moment *m;
    const struct snapshot_text_options *options;
    int state_cols; /* the widest state's */
    int error;      /* the first one */
};

/* ---- lines ------------------------------------------------------------------------- */

/*
 * Text goes through a grid: cut or wrapped there, freed of control characters, in ASCII if so
 * wanted.
 */
static void put_text(struct listing *l, const char *text, bool wrap)
{
    int width = l->options->width ? l->options->width : grid_text_width(text);
    width = width < 1 ? 1 : width > 4096 ? 4096 : width;
    int rows = wrap ? grid_wrapped_rows(width, text) : 1;
    struct grid g;
    int error = grid_init(&g, rows < 1 ? 1 : rows > 4096 ? 4096 : rows, width);
    if (!error) {
        struct rect all = {0, 0, g.rows, g.cols};
        if (wrap)
            grid_wrapped(&g, all, 0, ROLE_TEXT, text);
        else
            grid_clipped(&g, all, 0, 0, width, ROLE_TEXT, 0, text);
        if (l->options->ascii)
            grid_to_ascii(&g);
        error = text_write(l->out, &g, NULL, 0);
        grid_fini(&g);
    }
    if (!l->error)
        l->error = error;
}

__attribute__((format(printf, 2, 3))) static void line(struct listing *l, const char *format, ...)
{
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0) {
        l->error = -ENOMEM;
        return;
    }
    put_text(l, text, false);
    free(text);
}

/* ---- the tree ------------------------------------------------------------------------ */

/* "│  └─ ", or "" for a root. */
static void say_branch(const struct moment *m, const struct moment_row *row, char *buf, size_t len)
{
    bool goes_on[DEPTH_DRAWN] = {false};
    size_t n = 0, drawn = row->depth < DEPTH_DRAWN ? row->depth : DEPTH_DRAWN;
    buf[0] = '\0';
    if (row->depth == 0)
        return;
    const struct moment_row *r = row;
    for (size_t i = 1; i < drawn && r->parent != TREE_NONE; i++) {
        r = &m->rows[r->parent];
        goes_on[i] = !r->is_last;
    }
    if (row->depth > drawn)
        n += (size_t)snprintf(buf + n, len - n, "…%zu ", row->depth - drawn);
    for (size_t i = drawn - 1; i > 0; i--)
        n += (size_t)snprintf(buf + n, len - n, "%s", goes_on[i] ? "│  " : "   ");
    const char *joint = row->marks & MARK_EXITED ? "✝─ " : row->is_last ? "└─ " : "├─ ";
    snprintf(buf + n, len - n, "%s", joint);
}

static void say_state(const struct moment_row *row, char *buf, size_t len)
{
    const struct process *p = row->process;
    bool has_ended = row->marks & MARK_EXITED || process_is_zombie(p);
    char how[48] = "";
    if (has_ended)
        explain_status(row->exit_status, how, sizeof how);
    if (row->marks & MARK_EXITED)
        snprintf(buf, len, "✝ %s", how);
    else
        snprintf(buf, len, "%c %s%s%s", p->state, explain_state(p), *how ? ", " : "", how);
}

static void list_threads(struct listing *l, const struct moment_row *row)
{
    const struct process *p = row->process;
    for (size_t i = 0; p->n_tasks > 1 && i < p->n_tasks; i++) {
        const struct task *t = &row->snapshot->tasks[p->first_task + i];
        const char *comm = snapshot_text(row->snapshot, t->comm_text);
        char name[WORDS_NAME], state[64];
        if (t->tid == p->pid)
            continue;
        explain_printable(comm, strlen(comm), name, sizeof name);
        snprintf(state, sizeof state, "%c %s", t->state, words_task_state(t));
        line(l, "%7d %7s  %-*s  thread {%s} of %d", (int)t->tid, "", l->state_cols, state, name,
             (int)p->pid);
    }
}

static void list_process(struct listing *l, const struct moment_row *row)
{
    const struct process *p = row->process;
    char branch[DEPTH_DRAWN * 8 + 32], state[96], name[WORDS_NAME];
    char args[4096];
    say_branch(l->m, row, branch, sizeof branch);
    say_state(row, state, sizeof state);
    words_name(row->snapshot, p, name, sizeof name);
    words_args(row->snapshot, p, 1, args, sizeof args);
    int pad = l->state_cols - grid_text_width(state); /* printf counts bytes, and ✝ has three */
    line(l, "%7d %7d  %s%*s  %s%s%s%s%s", (int)p->pid, (int)p->ppid, state, pad > 0 ? pad : 0, "",
         branch, name, *args ? " " : "", args,
         p->is_outside              ? "  [outside the watched tree]"
         : row->marks & MARK_ORPHAN ? "  [orphan]"
                                    : "");
}

static void list_tree(struct listing *l)
{
    const struct moment *m = l->m;
    if (m->n_rows == 0) {
        line(l, "No process is left in the watched tree.");
        return;
    }
    l->state_cols = 12;
    for (size_t i = 0; i < m->n_rows; i++) {
        char state[96];
        say_state(&m->rows[i], state, sizeof state);
        if (grid_text_width(state) > l->state_cols)
            l->state_cols = grid_text_width(state);
    }
    line(l, "%7s %7s  %-*s  %s", "PID", "PPID", l->state_cols, "STATE", "COMMAND");
    for (size_t i = 0; i < m->n_rows && !l->error; i++) {
        list_process(l, &m->rows[i]);
        if (l->options->threads)
            list_threads(l, &m->rows[i]);
    }
}

/* ---- the pipes ------------------------------------------------------------------------ */

static void list_ends(struct listing *l, const struct pipe_lane *lane, bool writers)
{
    const struct pipe_end *ends = writers ? lane->writers : lane->readers;
    size_t n = writers ? lane->n_writers : lane->n_readers;
    if (n == 0)
        line(l, "   %s: nobody%s", writers ? "write end" : "read end",
             lane->has_unknown_holder ? " that we can see" : "");
    for (size_t i = 0; i < n && !l->error; i++) {
        const struct process *p = &l->m->now->processes[ends[i].process];
        char name[WORDS_NAME];
        bool is_holder = writers && lane->condition == PIPE_EOF_WITHHELD && lane->holder == (int)i;
        words_name(l->m->now, p, name, sizeof name);
        line(l, "   %s: %s %d, fd %d%s%s%s", writers ? "write end" : "read end", name, (int)p->pid,
             ends[i].fd, ends[i].is_blocked ? ", blocked" : "",
             p->is_outside ? ", outside the watched tree" : "",
             is_holder ? "  <- withholds EOF" : "");
    }
}

static void list_lane(struct listing *l, const struct pipe_lane *lane)
{
    const struct channel *c = &l->m->now->channels[lane->channel];
    char number[WORDS_NUMBER], fill[WORDS_NUMBER], capacity[WORDS_NUMBER], path[1024] = "";
    const char *raw_path = snapshot_text(l->m->now, c->path_text);
    explain_printable(raw_path, strlen(raw_path), path, sizeof path);
    words_lane(lane->number, l->options->ascii, number, sizeof number);
    line(l, "%s %s %s%s%llu%s  %s", number, channel_kind_name(c->kind), path, *path ? " [" : "[",
         (unsigned long long)c->inode, "]", pipe_condition_name(lane->condition));
    if (c->fill_bytes < 0)
        line(l, "   fill ?: %s", words_why_unknown(c->fill_error));
    else if (c->capacity_bytes < 0)
        line(l, "   %s bytes in it", words_grouped(c->fill_bytes, fill, sizeof fill));
    else
        line(l, "   %s of %s bytes", words_grouped(c->fill_bytes, fill, sizeof fill),
             words_grouped(c->capacity_bytes, capacity, sizeof capacity));
    list_ends(l, lane, true);
    list_ends(l, lane, false);
    if (lane->has_unknown_holder)
        line(l, "   maybe others hold it: not all fds are readable to us");
}

/* A lane and what it is sorted by. */
struct numbered {
    int number;
    size_t lane;
};

static int compare_numbers(const void *a, const void *b)
{
    const struct numbered *p = a, *q = b;
    return (p->number > q->number) - (p->number < q->number);
}

static void list_pipes(struct listing *l)
{
    const struct pipes *pipes = &l->m->pipes;
    if (pipes->n == 0)
        return;
    struct numbered *order = calloc(pipes->n, sizeof *order);
    if (!order) {
        l->error = -ENOMEM;
        return;
    }
    for (size_t i = 0; i < pipes->n; i++)
        order[i] = (struct numbered){pipes->lanes[i].number, i};
    qsort(order, pipes->n, sizeof *order, compare_numbers);
    line(l, "%s", "");
    line(l, "PIPES, FIFOS, SOCKETPAIRS");
    for (size_t i = 0; i < pipes->n && !l->error; i++)
        list_lane(l, &pipes->lanes[order[i].lane]);
    free(order);
}

/* ---- what is going on ------------------------------------------------------------------- */

static void list_sentences(struct listing *l)
{
    char *text = explain_moment(l->m, NULL);
    char *spelled = text && l->options->ascii ? words_spell_lanes(text) : NULL;
    if (spelled) {
        free(text);
        text = spelled;
    }
    if (!text) {
        l->error = -ENOMEM;
        return;
    }
    line(l, "%s", "");
    line(l, "WHAT IS GOING ON");
    char *rest = text;
    for (char *sentence; (sentence = strsep(&rest, "\n")) && !l->error;)
        if (*sentence)
            put_text(l, sentence, true);
    if (!*text)
        line(l, "Nothing stands out.");
    free(text);
}

int snapshot_text_write(FILE *out, const struct moment *m,
                        const struct snapshot_text_options *options)
{
    struct listing l = {.out = out, .m = m, .options = options};
    list_tree(&l);
    if (m->now->hidden > 0)
        line(&l, "%lld processes are not readable to us", (long long)m->now->hidden);
    if (!l.error)
        list_pipes(&l);
    if (!l.error)
        list_sentences(&l);
    return l.error;
}
