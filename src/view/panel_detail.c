/* 5 Detail: all that the snapshot knows of the selected process. */
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

static void say_who(struct list *l, const struct moment *m, const struct moment_row *row)
{
    const struct process *p = row->process;
    char name[WORDS_NAME], parent[WORDS_NAME] = "", args[1024];
    words_name(row->snapshot, p, name, sizeof name);
    const struct process *pp = snapshot_find(row->snapshot, p->ppid);
    if (pp)
        words_name(row->snapshot, pp, parent, sizeof parent);
    say(l, ROLE_TITLE, "process", "%s %d%s", name, (int)p->pid,
        row->marks & MARK_EXITED ? " (it has ended: this is the last that was seen)" : "");
    words_args(row->snapshot, p, 0, args, sizeof args);
    say_wrapped(l, "arguments", *args ? args : p->is_kernel ? "none: a kernel thread" : "?");
    say(l, ROLE_TEXT, "parent", "%s%s%d%s", parent, *parent ? " " : "", (int)p->ppid,
        m->now->adopter_pid > 0 && p->ppid == m->now->adopter_pid ? " (proclab's supervisor)" : "");
    say(l, ROLE_TEXT, "group", "%d   session %d", (int)p->pgrp, (int)p->session);
    if (p->tty > 0)
        say(l, ROLE_TEXT, "terminal", "device %u:%u", major((dev_t)p->tty), minor((dev_t)p->tty));
    else
        say(l, ROLE_TEXT, "terminal", "none");
    if (p->uid >= 0)
        say(l, ROLE_TEXT, "user", "uid %" PRId64, p->uid);
}

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

static void say_figures(struct list *l, const struct process *p)
{
    char a[WORDS_NUMBER], b[WORDS_NUMBER];
    char cpu[WORDS_NUMBER] = "?";
    if (p->last_cpu >= 0)
        snprintf(cpu, sizeof cpu, "%d", p->last_cpu);
    say(l, ROLE_TEXT, "threads", "%d   last CPU %s", p->n_threads, cpu);
    say(l, ROLE_TEXT, "CPU time", "ran %s, queued %s", words_seconds(p->run_ns, a, sizeof a),
        words_seconds(p->queued_ns, b, sizeof b));
    say(l, ROLE_TEXT, "", "user %s, system %s clock ticks",
        words_grouped(p->user_ticks, a, sizeof a), words_grouped(p->system_ticks, b, sizeof b));
    say(l, ROLE_TEXT, "switches", "%s voluntary, %s involuntary",
        words_grouped(p->voluntary, a, sizeof a), words_grouped(p->involuntary, b, sizeof b));
    say(l, ROLE_TEXT, "faults", "%s minor, %s major", words_grouped(p->minor_faults, a, sizeof a),
        words_grouped(p->major_faults, b, sizeof b));
    say(l, ROLE_TEXT, "memory", "%s resident", words_memory(p->rss_bytes, a, sizeof a));
    say(l, ROLE_TEXT, "I/O", "read %s, written %s", words_bytes((double)p->read_bytes, a, sizeof a),
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
        say(l, ROLE_LABEL, "fds", "unknown: %s", words_why_unknown(p->fds_error));
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
        say_who(&l, m, &m->rows[index]);
        say_state(&l, &m->rows[index]);
        say_figures(&l, m->rows[index].process);
        say_fds(&l, m, &m->rows[index], state);
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
