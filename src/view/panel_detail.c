/* 5 Detail: all that is known of the selected process; it is read closely while it is shown. */
#include "view/panel.h"
#include "view/words.h"

#include "model/explain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#define LABEL_COLS 11

/* Writes line by line from a scroll position on; counts the lines beyond the panel, too. */
struct list {
    struct grid *g;
    struct rect in;
    int row; /* of the next line; negative: above the panel */
};

__attribute__((format(printf, 4, 5))) static void say(struct list *l, enum role role,
                                                      const char *label, const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (l->row >= 0 && l->row < l->in.rows) {
        grid_text(l->g, l->in, l->row, 1, ROLE_LABEL, 0, label);
        grid_clipped(l->g, l->in, l->row, 1 + LABEL_COLS, l->in.cols - 1 - LABEL_COLS, role, 0,
                     text);
    }
    l->row++;
}

/* Text that may be long goes over several lines. */
static void say_wrapped(struct list *l, const char *label, const char *text)
{
    struct rect part = l->in;
    part.col += 1 + LABEL_COLS;
    part.cols -= 1 + LABEL_COLS;
    if (part.cols < 8)
        return;
    int rows = grid_wrapped_rows(part.cols, text);
    rows = rows > 4 ? 4 : rows;
    if (l->row >= 0 && l->row < l->in.rows) {
        part.row += l->row;
        part.rows = part.rows - l->row < rows ? part.rows - l->row : rows;
        grid_text(l->g, l->in, l->row, 1, ROLE_LABEL, 0, label);
        grid_wrapped(l->g, part, 0, ROLE_TEXT, text);
    }
    l->row += rows;
}

/* Likewise, as with printf. */
__attribute__((format(printf, 3, 4))) static void say_long(struct list *l, const char *label,
                                                           const char *format, ...)
{
    char text[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    say_wrapped(l, label, text);
}

/* "unknown: not permitted (EACCES)" */
static void say_unknown(struct list *l, const char *label, int error)
{
    const char *name = strerrorname_np(error);
    say(l, ROLE_BLOCKED, label, "unknown: %s (%s)", words_why_unknown(error), name ? name : "?");
}

static void say_who(struct list *l, const struct moment_row *row)
{
    const struct process *p = row->process;
    char name[WORDS_NAME], args[1024];
    words_name(row->snapshot, p, name, sizeof name);
    say(l, ROLE_TITLE, "process", "%s %d%s", name, (int)p->pid,
        row->marks & MARK_EXITED ? " (it has ended: this is the last that was seen)" : "");
    words_args(row->snapshot, p, 0, args, sizeof args);
    say_wrapped(l, "arguments", *args ? args : p->is_kernel ? "none: a kernel thread" : "?");
}

/* "pts/3", "tty1": how ps(1) names them; the numbers are Documentation/admin-guide/devices.txt's. */
static void print_terminal(int device, char *buf, size_t len)
{
    unsigned maj = major((dev_t)device), min = minor((dev_t)device);
    if (device <= 0)
        snprintf(buf, len, "none");
    else if (maj >= 136 && maj <= 143)
        snprintf(buf, len, "pts/%u", (maj - 136) * 256 + min);
    else if (maj == 4 && min < 64)
        snprintf(buf, len, "tty%u", min);
    else
        snprintf(buf, len, "device %u:%u", maj, min);
}

static void say_family(struct list *l, const struct moment *m, const struct moment_row *row)
{
    const struct process *p = row->process;
    char parent[WORDS_NAME] = "", terminal[WORDS_NUMBER];
    const struct process *pp = snapshot_find(row->snapshot, p->ppid);
    if (pp)
        words_name(row->snapshot, pp, parent, sizeof parent);
    say_long(l, "parent", "%s%s%d%s", parent, *parent ? " " : "", (int)p->ppid,
             m->now->adopter_pid > 0 && p->ppid == m->now->adopter_pid ? " (proclab's supervisor)"
                                                                       : "");
    say_long(l, "group", "%d%s, session %d%s", (int)p->pgrp, p->pgrp == p->pid ? " (leads)" : "",
             (int)p->session, p->session == p->pid ? " (leads)" : "");
    print_terminal(p->tty, terminal, sizeof terminal);
    say(l, ROLE_TEXT, "terminal", "%s", terminal);
}

/* ---- what is read closely ------------------------------------------------------------- */

/* "uid 1000", and where they differ "uid 1000, effective 0, saved 0". */
static int print_ids(char *buf, size_t len, const char *what, const int64_t ids[ID_COUNT])
{
    if (ids[ID_EFFECTIVE] == ids[ID_REAL] && ids[ID_SAVED] == ids[ID_REAL])
        return snprintf(buf, len, "%s %" PRId64, what, ids[ID_REAL]);
    return snprintf(buf, len, "%s %" PRId64 ", effective %" PRId64 ", saved %" PRId64, what,
                    ids[ID_REAL], ids[ID_EFFECTIVE], ids[ID_SAVED]);
}

static void say_credentials(struct list *l, const struct snapshot *s, const struct details *d)
{
    char text[1024], set[WORDS_SET];
    int n = print_ids(text, sizeof text, "uid", d->uids);
    n += snprintf(text + n, sizeof text - (size_t)n, "; ");
    print_ids(text + n, sizeof text - (size_t)n, "gid", d->gids);
    say_wrapped(l, "user", text);
    const char *groups = snapshot_text(s, d->groups_text);
    if (*groups)
        say_wrapped(l, "groups", groups);
    if (d->has_capabilities) {
        snprintf(text, sizeof text, "%s%s%s", words_capabilities(d->capabilities, set, sizeof set),
                 d->no_new_privs == 1 ? "; exec gives no more" : "",
                 d->seccomp > 0 ? "; a seccomp filter" : "");
        say_wrapped(l, "capable of", text);
    }
}

static void say_signals(struct list *l, const struct details *d)
{
    const struct {
        const char *label;
        uint64_t set;
    } sets[] = {
        {"  pending", d->signals.pending | d->signals.all_pending},
        {"  blocked", d->signals.blocked},
        {"  ignored", d->signals.ignored},
        {"  caught", d->signals.caught},
    };
    char text[WORDS_SET] = "";
    size_t n = 0;
    if (!d->has_signals)
        return;
    for (size_t i = 0; i < 4; i++)
        if (!sets[i].set)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n ? ", " : "none ",
                                  sets[i].label + 2);
    say_wrapped(l, "signals", n ? text : "");
    for (size_t i = 0; i < 4; i++)
        if (sets[i].set)
            say_wrapped(l, sets[i].label, words_signals(sets[i].set, text, sizeof text));
}

static const char *print_limit(enum limit_kind kind, int64_t value, char *buf, size_t len)
{
    if (value == LIMIT_NONE)
        return "unlimited";
    if (kind == LIMIT_ADDRESS_SPACE || kind == LIMIT_STACK || kind == LIMIT_CORE ||
        kind == LIMIT_FILE_SIZE)
        return words_memory(value, buf, len);
    if (kind != LIMIT_CPU)
        return words_grouped(value, buf, len);
    snprintf(buf, len, "%" PRId64 " s", value);
    return buf;
}

/* The soft one is what counts; up to the hard one the process may raise it. */
static void say_limits(struct list *l, const struct details *d)
{
    char soft[WORDS_NUMBER], hard[WORDS_NUMBER];
    if (d->limits_error) {
        say_unknown(l, "limits", d->limits_error);
        return;
    }
    bool is_first = true;
    for (int i = 0; i < LIMIT_COUNT; i++) {
        const struct limit *limit = &d->limits[i];
        if (limit->soft < 0)
            continue;
        const char *low = print_limit(i, limit->soft, soft, sizeof soft);
        const char *high = print_limit(i, limit->hard, hard, sizeof hard);
        bool is_raisable = limit->hard != limit->soft;
        say_long(l, is_first ? "limits" : "", "%s %s%s%s", limit_kind_name(i), low,
                 is_raisable ? ", hard " : "", is_raisable ? high : "");
        is_first = false;
    }
}

static void say_place(struct list *l, const char *label, const struct snapshot *s, uint32_t text,
                      int error)
{
    char printable[1024];
    const char *raw = snapshot_text(s, text);
    if (error) {
        say_unknown(l, label, error);
        return;
    }
    explain_printable(raw, strlen(raw), printable, sizeof printable);
    say_wrapped(l, label, printable);
}

static void say_environment(struct list *l, const struct details *d)
{
    char bytes[WORDS_NUMBER], n[WORDS_NUMBER];
    if (d->environment_error)
        say_unknown(l, "environ", d->environment_error);
    else
        say_long(l, "environ", "%s variables, %s bytes at exec",
                 words_grouped(d->environment_variables, n, sizeof n),
                 words_grouped(d->environment_bytes, bytes, sizeof bytes));
}

static void say_maps(struct list *l, const struct details *d)
{
    char bytes[WORDS_NUMBER];
    int64_t n = 0, total = 0;
    if (d->maps_error) {
        say_unknown(l, "maps", d->maps_error);
        return;
    }
    for (int i = 0; i < MAP_KIND_COUNT; i++) {
        n += d->maps[i].n;
        total += d->maps[i].bytes;
    }
    say_long(l, "maps", "%" PRId64 " of %s, touched or not", n,
             words_memory(total, bytes, sizeof bytes));
    for (int i = 0; i < MAP_KIND_COUNT; i++)
        if (d->maps[i].n > 0)
            say(l, ROLE_TEXT, "", "%-9s %3" PRId64 "  %10s", map_kind_name(i), d->maps[i].n,
                words_memory(d->maps[i].bytes, bytes, sizeof bytes));
}

/* Of what is resident: where it came from. */
static void say_resident(struct list *l, const struct details *d)
{
    char sum[WORDS_NUMBER], own[WORDS_NUMBER], files[WORDS_NUMBER], shared[WORDS_NUMBER],
        most[WORDS_NUMBER], swapped[WORDS_NUMBER];
    int64_t rss_bytes = d->rss_anonymous_bytes + d->rss_file_bytes + d->rss_shared_bytes;
    say_long(l, "memory", "%s resident: %s anonymous, %s of files, %s shared; at most it was %s",
             words_memory(rss_bytes, sum, sizeof sum),
             words_memory(d->rss_anonymous_bytes, own, sizeof own),
             words_memory(d->rss_file_bytes, files, sizeof files),
             words_memory(d->rss_shared_bytes, shared, sizeof shared),
             words_memory(d->highest_rss_bytes, most, sizeof most));
    if (d->swapped_bytes > 0)
        say_long(l, "", "%s swapped out", words_memory(d->swapped_bytes, swapped, sizeof swapped));
}

/* ---- what each snapshot has -------------------------------------------------------------- */

static void say_state(struct list *l, const struct moment_row *row)
{
    const struct process *p = row->process;
    const char *call = snapshot_text(row->snapshot, p->waiting.syscall_text);
    const char *channel = snapshot_text(row->snapshot, p->waiting.channel_text);
    char status[48];
    if (p->exit_status >= 0 || row->marks & MARK_EXITED) {
        explain_status(row->exit_status, status, sizeof status);
        say(l, ROLE_GONE, "ended", "%s", status);
    }
    say(l, p->state == 'R' ? ROLE_RUNNING : ROLE_TEXT, "state", "%c  %s", p->state,
        explain_state(p));
    if (p->waiting.kind != WAIT_NOTHING && (*call || *channel)) {
        char fd[WORDS_NUMBER] = "";
        if (p->waiting.fd >= 0)
            snprintf(fd, sizeof fd, " on fd %d", p->waiting.fd);
        say(l, ROLE_TEXT, "waits in", "%s%s%s%s%s", *call ? call : "?", fd, *channel ? "  (" : "",
            channel, *channel ? ")" : "");
    }
}

static void say_figures(struct list *l, const struct process *p, const struct details *d)
{
    char a[WORDS_NUMBER], b[WORDS_NUMBER];
    char cpu[WORDS_NUMBER] = "?";
    if (p->last_cpu >= 0)
        snprintf(cpu, sizeof cpu, "%d", p->last_cpu);
    say_long(l, "threads", "%d   last CPU %s", p->n_threads, cpu);
    say_long(l, "CPU time", "ran %s queued %s", words_seconds(p->run_ns, a, sizeof a),
             words_seconds(p->queued_ns, b, sizeof b));
    say_long(l, "", "user %s, system %s clock ticks", words_grouped(p->user_ticks, a, sizeof a),
             words_grouped(p->system_ticks, b, sizeof b));
    say_long(l, "switches", "%s voluntary, %s involuntary",
             words_grouped(p->voluntary, a, sizeof a), words_grouped(p->involuntary, b, sizeof b));
    say_long(l, "faults", "%s minor, %s major", words_grouped(p->minor_faults, a, sizeof a),
             words_grouped(p->major_faults, b, sizeof b));
    if (d && d->rss_anonymous_bytes >= 0)
        say_resident(l, d);
    else
        say_long(l, "memory", "%s resident", words_memory(p->rss_bytes, a, sizeof a));
    say_long(l, "I/O", "read %s, written %s", words_bytes((double)p->read_bytes, a, sizeof a),
             words_bytes((double)p->written_bytes, b, sizeof b));
}

/* The lane that an fd is an end of: "①"; else "". */
static const char *lane_of(const struct moment *m, const struct fd_entry *fd, bool ascii, char *buf,
                           size_t len)
{
    for (size_t i = 0; i < m->pipes.n; i++) {
        const struct channel *c = &m->now->channels[m->pipes.lanes[i].channel];
        if (fd->inode && c->inode == fd->inode && c->device == fd->device)
            return words_lane(m->pipes.lanes[i].number, ascii, buf, len);
    }
    return "";
}

static void say_fds(struct list *l, const struct moment *m, const struct moment_row *row,
                    const struct view_state *state)
{
    static const char *const accesses[] = {"?", "r", "w", "rw"};
    const struct process *p = row->process;
    char label[WORDS_NUMBER], number[WORDS_NUMBER], target[512];
    if (p->fds_error) {
        say_unknown(l, "fds", p->fds_error);
        return;
    }
    if (!p->is_detailed) {
        say(l, ROLE_LABEL, "fds", "not looked at");
        return;
    }
    say(l, ROLE_TEXT, "fds", "%zu open", p->n_fds);
    for (size_t i = 0; i < p->n_fds; i++) {
        const struct fd_entry *fd = &row->snapshot->fds[p->first_fd + i];
        const char *text = snapshot_text(row->snapshot, fd->target_text);
        explain_printable(text, strlen(text), target, sizeof target);
        snprintf(label, sizeof label, "  %4d %s", fd->fd, accesses[fd->access & 3]);
        const char *lane = lane_of(m, fd, state->ascii, number, sizeof number);
        say(l, *lane ? ROLE_FLOW : ROLE_TEXT, label, "%s%s%s", lane, *lane ? " " : "",
            *target ? target : fd_kind_name(fd->kind));
    }
}

/* The most important first: what it is doing, for whom, what reaches it and what it holds. */
static void say_all(struct list *l, const struct view_input *input, const struct moment_row *row,
                    const struct view_state *state)
{
    const struct moment *m = input->moment;
    const struct snapshot *s = row->snapshot;
    const struct details *d = snapshot_find_details(s, row->process->pid);
    bool is_known = d && !d->status_error;
    say_who(l, row);
    say_state(l, row);
    say_family(l, m, row);
    if (is_known)
        say_credentials(l, s, d);
    else if (row->process->uid >= 0)
        say(l, ROLE_TEXT, "user", "uid %" PRId64, row->process->uid);
    if (d && d->status_error)
        say_unknown(l, "signals", d->status_error);
    if (is_known)
        say_signals(l, d);
    say_fds(l, m, row, state);
    say_figures(l, row->process, is_known ? d : NULL);
    if (!d) {
        say_wrapped(l, "the rest",
                    input->is_replay ? "is not in the recording: record --detail keeps it"
                                     : "was not looked at then: it is read while it is shown");
        return;
    }
    say_limits(l, d);
    say_place(l, "executable", s, d->executable_text, d->executable_error);
    say_place(l, "folder", s, d->folder_text, d->folder_error);
    say_environment(l, d);
    say_place(l, "cgroup", s, d->cgroup_text, d->cgroup_error);
    say_maps(l, d);
}

static void draw(struct grid *g, struct rect area, const struct view_input *input,
                 struct view_state *state)
{
    const struct moment *m = input->moment;
    struct rect in = grid_frame(g, area, ROLE_FRAME,
                                area.cols < 45 ? "5 Detail · exact"
                                               : "5 Detail · exact: the kernel's own counts");
    size_t index = view_selected_row(m, state);
    if (index == TREE_NONE) {
        grid_wrapped(g, in, 0, ROLE_LABEL,
                     state->selected_pid ? "The selected process is gone. ↑ and ↓ select another."
                                         : "No process is selected: ↑ and ↓ do it, or a click.");
        return;
    }
    struct list l = {.g = g, .in = in, .row = in.rows}; /* first only count */
    for (int pass = 0; pass < 2; pass++) {
        say_all(&l, input, &m->rows[index], state);
        if (pass == 0) {
            size_t total = (size_t)(l.row - in.rows);
            bool fit = total <= (size_t)in.rows || in.rows < 2;
            l.in.rows = fit ? in.rows : in.rows - 1;
            view_clamp_scroll(&state->subject_top, total, l.in.rows);
            l.row = -state->subject_top;
            if (!fit)
                view_draw_more(g, in, in.rows - 1, (size_t)state->subject_top,
                               total - (size_t)state->subject_top - (size_t)l.in.rows, "");
        }
    }
}

const struct panel panel_detail = {.place = PLACE_SUBJECT, .action = ACT_SUBJECT_5, .draw = draw};
