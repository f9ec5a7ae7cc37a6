#include "scenario/match.h"

#include "model/explain.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* The kernel keeps 15 bytes of a name (of a kernel thread more, which no scenario starts). */
static bool is_named(const char *name, const char *wanted)
{
    return strncmp(name, wanted, EVENT_COMM_BYTES - 1) == 0;
}

static bool has_name(const struct snapshot *s, const struct process *p, const char *wanted)
{
    return is_named(snapshot_text(s, p->comm_text), wanted);
}

static bool is_of_program(const struct moment_row *row)
{
    return !(row->marks & MARK_EXITED) && !row->process->is_outside;
}

/* ---- process ---------------------------------------------------------------------- */

static bool waits_in(const struct snapshot *s, const struct process *p, int kind)
{
    size_t n;
    const struct task *tasks = snapshot_tasks(s, p, &n);
    if ((int)p->waiting.kind == kind)
        return true;
    for (size_t i = 0; i < n; i++)
        if ((int)tasks[i].waiting.kind == kind)
            return true;
    return false;
}

static bool has_parent(const struct snapshot *s, const struct process *p, const char *name)
{
    const struct process *parent = snapshot_find(s, p->ppid);
    return parent && has_name(s, parent, name);
}

static bool is_wanted_process(const struct wanted_process *w, const struct moment_row *row)
{
    const struct process *p = row->process;
    const struct snapshot *s = row->snapshot;
    if (!is_of_program(row) || !has_name(s, p, w->name))
        return false;
    return (!w->state || p->state == *w->state) && (!w->waits_in || waits_in(s, p, *w->waits_in)) &&
           (!w->threads || p->n_threads == (int)*w->threads) &&
           (!w->parent || has_parent(s, p, w->parent)) &&
           (!w->zombie || process_is_zombie(p) == *w->zombie) &&
           (!w->orphan || ((row->marks & MARK_ORPHAN) != 0) == *w->orphan);
}

static bool match_process(const struct wanted_process *w, const struct moment *m)
{
    unsigned n = 0;
    for (size_t i = 0; i < m->n_rows; i++)
        n += is_wanted_process(w, &m->rows[i]);
    return w->count ? n == *w->count : n > 0;
}

/* ---- exited ----------------------------------------------------------------------- */

static bool is_wanted_status(const struct wanted_exit *w, int status)
{
    if (!w->status && !w->signal_number)
        return true;
    if (status == -1)
        return false;
    if (w->status)
        return WIFEXITED(status) && WEXITSTATUS(status) == (int)*w->status;
    return WIFSIGNALED(status) && WTERMSIG(status) == w->signal_number;
}

/* The name that a process had when it ended, told by the kernel alone: it lived between two looks. */
static const char *name_of_told(const struct moment *m, size_t exit)
{
    const struct event *e = &m->events[exit];
    for (size_t i = exit; i-- > 0;)
        if (m->events[i].kind == EVENT_EXEC && m->events[i].pid == e->pid)
            return m->events[i].comm;
    return "";
}

static bool match_exited(const struct wanted_exit *w, const struct moment *m)
{
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct moment_row *row = &m->rows[i];
        bool has_ended = (row->marks & MARK_EXITED) || process_is_zombie(row->process);
        if (has_ended && has_name(row->snapshot, row->process, w->name) &&
            is_wanted_status(w, row->exit_status))
            return true;
    }
    for (size_t i = 0; i < m->n_events; i++)
        if (m->events[i].kind == EVENT_EXIT && is_named(name_of_told(m, i), w->name) &&
            is_wanted_status(w, m->events[i].status))
            return true;
    return false;
}

/* ---- pipe ------------------------------------------------------------------------- */

static bool is_held_by(const struct moment *m, const struct pipe_end *ends, size_t n,
                       const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (has_name(m->now, &m->now->processes[ends[i].process], name))
            return true;
    return false;
}

static bool has_blocked(const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].is_blocked)
            return true;
    return false;
}

static bool is_wanted_blocked(int wanted, const struct pipe_lane *lane)
{
    bool writer = has_blocked(lane->writers, lane->n_writers);
    bool reader = has_blocked(lane->readers, lane->n_readers);
    return wanted == BLOCKED_WRITER   ? writer
           : wanted == BLOCKED_READER ? reader
                                      : !writer && !reader;
}

static bool is_wanted_fill(const struct wanted_pipe *w, const struct moment *m,
                           const struct pipe_lane *lane)
{
    int64_t bytes = m->now->channels[lane->channel].fill_bytes;
    switch (w->fill_kind) {
    case FILL_EMPTY:
        return bytes == 0;
    case FILL_SOME:
        return bytes > 0;
    case FILL_FULL: /* never fill == capacity: slots are pages */
        return lane->condition == PIPE_FULL;
    case FILL_BYTES:
        return bytes == w->fill_bytes;
    default:
        return true;
    }
}

static const struct pipe_lane *find_pipe(const struct wanted_pipe *w, const struct moment *m)
{
    for (size_t i = 0; i < m->pipes.n; i++) {
        const struct pipe_lane *lane = &m->pipes.lanes[i];
        if ((!w->writer || is_held_by(m, lane->writers, lane->n_writers, w->writer)) &&
            (!w->reader || is_held_by(m, lane->readers, lane->n_readers, w->reader)) &&
            (!w->blocked || is_wanted_blocked(*w->blocked, lane)) && is_wanted_fill(w, m, lane))
            return lane;
    }
    return NULL;
}

static bool match_pipe(const struct wanted_pipe *w, const struct moment *m)
{
    return find_pipe(w, m) != NULL;
}

/* ---- switches, line --------------------------------------------------------------- */

static bool match_switches(const struct wanted_switches *w, const struct moment *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct process *p = m->rows[i].process;
        if (!is_of_program(&m->rows[i]) || !has_name(m->rows[i].snapshot, p, w->name))
            continue;
        n++;
        if ((w->voluntary && p->voluntary < (int64_t)*w->voluntary) ||
            (w->involuntary && p->involuntary < (int64_t)*w->involuntary))
            return false;
    }
    return n > 0;
}

/* ---- pages ------------------------------------------------------------------------ */

pid_t match_pages_pid(const struct until *u, const struct moment *m)
{
    for (size_t i = 0; u && u->pages && i < m->n_rows; i++)
        if (is_of_program(&m->rows[i]) && !process_is_zombie(m->rows[i].process) &&
            has_name(m->rows[i].snapshot, m->rows[i].process, u->pages->name))
            return m->rows[i].process->pid;
    return 0;
}

static bool is_of_named(const struct moment *m, const struct region *r, const char *name)
{
    const struct process *p = snapshot_find(m->now, r->pid);
    return p && has_name(m->now, p, name);
}

static bool match_pages(const struct wanted_pages *w, const struct moment *m)
{
    for (size_t i = 0; i < m->now->n_regions; i++) {
        const struct region *r = &m->now->regions[i];
        if (r->n_cells > 0 && r->obtained == OBTAINED_EXACT && is_of_named(m, r, w->name) &&
            (!w->private_pages || r->private_pages == (int64_t)*w->private_pages) &&
            (!w->shared_pages || r->shared_pages == (int64_t)*w->shared_pages))
            return true;
    }
    return false;
}

/* ---- whom it is about ------------------------------------------------------------- */

/* Of these ends, the first that a process of this name holds (NULL: of any). */
static pid_t find_holder(const struct moment *m, const struct pipe_end *ends, size_t n,
                         const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!name || has_name(m->now, &m->now->processes[ends[i].process], name))
            return m->now->processes[ends[i].process].pid;
    return 0;
}

pid_t match_spotlight(const struct until *u, const struct moment *m)
{
    if (u && u->pages)
        return match_pages_pid(u, m);
    const struct pipe_lane *lane = u && u->pipe ? find_pipe(u->pipe, m) : NULL;
    if (lane && u->pipe->reader && !u->pipe->writer)
        return find_holder(m, lane->readers, lane->n_readers, u->pipe->reader);
    if (lane)
        return find_holder(m, lane->writers, lane->n_writers, u->pipe->writer);
    for (size_t i = 0; u && u->process && i < m->n_rows; i++)
        if (is_wanted_process(u->process, &m->rows[i]))
            return m->rows[i].process->pid;
    return 0;
}

static bool match_line(const char *wanted, const char *text)
{
    return text && strstr(text, wanted);
}

bool match_until(const struct until *u, const struct moment *m, const char *text)
{
    return !u ||
           ((!u->process || match_process(u->process, m)) &&
            (!u->exited || match_exited(u->exited, m)) && (!u->pipe || match_pipe(u->pipe, m)) &&
            (!u->switches || match_switches(u->switches, m)) &&
            (!u->pages || match_pages(u->pages, m)) && (!u->line || match_line(u->line, text)));
}

/* ---- what was seen instead -------------------------------------------------------- */

struct line {
    char *text;
    size_t size, n;
};

__attribute__((format(printf, 2, 3))) static void add(struct line *l, const char *format, ...)
{
    va_list args;
    if (l->n + 1 >= l->size)
        return;
    va_start(args, format);
    int n = vsnprintf(l->text + l->n, l->size - l->n, format, args);
    va_end(args);
    if (n > 0)
        l->n += (size_t)n < l->size - l->n ? (size_t)n : l->size - l->n - 1;
}

static void add_wanted_process(struct line *l, const struct wanted_process *w)
{
    if (w->count)
        add(l, "expected %u of process %s", *w->count, w->name);
    else
        add(l, "expected a process %s", w->name);
    if (w->state)
        add(l, ", state %c", *w->state);
    if (w->waits_in)
        add(l, ", in %s", wait_kind_name((enum wait_kind) * w->waits_in));
    if (w->threads)
        add(l, ", %u threads", *w->threads);
    if (w->parent)
        add(l, ", child of %s", w->parent);
    if (w->zombie)
        add(l, ", %s zombie", *w->zombie ? "a" : "no");
    if (w->orphan)
        add(l, ", %s orphan", *w->orphan ? "an" : "no");
}

static void add_processes(struct line *l, const struct moment *m)
{
    size_t n = 0;
    add(l, "; seen: ");
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct moment_row *row = &m->rows[i];
        const struct process *p = row->process;
        if (!is_of_program(row))
            continue;
        const char *wait = wait_kind_name(p->waiting.kind);
        add(l, "%s%s %d (%c%s%s", n++ ? ", " : "", snapshot_text(row->snapshot, p->comm_text),
            (int)p->pid, p->state, wait[0] ? " " : "", wait);
        if (p->n_threads > 1)
            add(l, ", %d threads", p->n_threads);
        add(l, row->marks & MARK_ORPHAN ? ", orphan)" : ")");
    }
    if (n == 0)
        add(l, "no process");
}

static void add_exits(struct line *l, const struct wanted_exit *w, const struct moment *m)
{
    size_t n = 0;
    char words[64];
    add(l, "expected the end of %s", w->name);
    if (w->status)
        add(l, " with status %u", *w->status);
    if (w->signal_number)
        add(l, " by SIG%s", sigabbrev_np(w->signal_number));
    add(l, "; seen to end: ");
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct moment_row *row = &m->rows[i];
        if (!(row->marks & MARK_EXITED) && !process_is_zombie(row->process))
            continue;
        snprintf(words, sizeof words, "status unknown");
        if (row->exit_status != -1)
            explain_status(row->exit_status, words, sizeof words);
        add(l, "%s%s %d (%s)", n++ ? ", " : "",
            snapshot_text(row->snapshot, row->process->comm_text), (int)row->process->pid, words);
    }
    if (n == 0)
        add(l, "nobody");
}

static void add_ends(struct line *l, const struct moment *m, const struct pipe_end *ends, size_t n)
{
    if (n == 0)
        add(l, "nobody");
    for (size_t i = 0; i < n; i++)
        add(l, "%s%s%s", i ? "+" : "",
            snapshot_text(m->now, m->now->processes[ends[i].process].comm_text),
            ends[i].is_blocked ? " blocked" : "");
}

static void add_pipes(struct line *l, const struct wanted_pipe *w, const struct moment *m)
{
    static const char *const ends[] = {"", "writer", "reader", "nobody"};
    add(l, "expected a pipe");
    if (w->writer)
        add(l, " from %s", w->writer);
    if (w->reader)
        add(l, " to %s", w->reader);
    if (w->fill)
        add(l, ", fill %s", w->fill);
    if (w->blocked)
        add(l, ", %s blocked", ends[*w->blocked]);
    add(l, "; seen: ");
    for (size_t i = 0; i < m->pipes.n; i++) {
        const struct pipe_lane *lane = &m->pipes.lanes[i];
        const struct channel *channel = &m->now->channels[lane->channel];
        add(l, i ? ", " : "");
        add_ends(l, m, lane->writers, lane->n_writers);
        add(l, " > ");
        add_ends(l, m, lane->readers, lane->n_readers);
        if (channel->fill_bytes >= 0)
            add(l, " (%lld bytes, %s)", (long long)channel->fill_bytes,
                pipe_condition_name(lane->condition));
    }
    if (m->pipes.n == 0)
        add(l, "no pipe");
}

static void add_switches(struct line *l, const struct wanted_switches *w, const struct moment *m)
{
    size_t n = 0;
    add(l, "expected of each %s", w->name);
    if (w->voluntary)
        add(l, " %u voluntary", *w->voluntary);
    if (w->involuntary)
        add(l, " %u involuntary", *w->involuntary);
    add(l, " switches; seen: ");
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct process *p = m->rows[i].process;
        if (is_of_program(&m->rows[i]) && has_name(m->rows[i].snapshot, p, w->name))
            add(l, "%s%d: %lld and %lld", n++ ? ", " : "", (int)p->pid, (long long)p->voluntary,
                (long long)p->involuntary);
    }
    if (n == 0)
        add(l, "no such process");
}

static void add_pages(struct line *l, const struct wanted_pages *w, const struct moment *m)
{
    size_t n = 0;
    add(l, "expected of a region of %s", w->name);
    if (w->private_pages)
        add(l, " %u private", *w->private_pages);
    if (w->shared_pages)
        add(l, " %u shared", *w->shared_pages);
    add(l, " pages; seen: ");
    for (size_t i = 0; i < m->now->n_regions; i++) {
        const struct region *r = &m->now->regions[i];
        if (!is_of_named(m, r, w->name))
            continue;
        add(l, "%s%d: ", n++ ? ", " : "", (int)r->pid);
        if (r->error)
            add(l, "not to be read, %s", strerrorname_np(r->error));
        else
            add(l, "%lld private, %lld shared", (long long)r->private_pages,
                (long long)r->shared_pages);
    }
    if (n == 0)
        add(l, "no such process's pages");
}

static void add_last_line(struct line *l, const char *wanted, const char *text)
{
    add(l, "expected the line '%s'; ", wanted);
    const char *last = NULL;
    for (const char *at = text; at && *at; at += *at == '\n') {
        size_t n = strcspn(at, "\n");
        if (strspn(at, " \r") < n)
            last = at;
        at += n;
    }
    if (last)
        add(l, "the last one seen is '%.*s'", (int)strcspn(last, "\n"), last);
    else
        add(l, "nothing was printed");
}

void match_explain(const struct until *u, const struct moment *m, const char *text, char *line,
                   size_t len)
{
    struct line l = {.text = line, .size = len};
    line[0] = '\0';
    if (u->process && !match_process(u->process, m)) {
        add_wanted_process(&l, u->process);
        add_processes(&l, m);
    } else if (u->pipe && !match_pipe(u->pipe, m)) {
        add_pipes(&l, u->pipe, m);
    } else if (u->exited && !match_exited(u->exited, m)) {
        add_exits(&l, u->exited, m);
    } else if (u->switches && !match_switches(u->switches, m)) {
        add_switches(&l, u->switches, m);
    } else if (u->pages && !match_pages(u->pages, m)) {
        add_pages(&l, u->pages, m);
    } else if (u->line && !match_line(u->line, text)) {
        add_last_line(&l, u->line, text);
    }
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
}
