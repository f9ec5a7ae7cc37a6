#include "cmd/snapshot_text.h"

#include "model/explain.h"
#include "model/history.h"
#include "ui/tty.h"
#include "view/words.h"

#include <stdlib.h>
#include <string.h>

/* The lines that join row to its parents: "│  └─ ". Written from the right, since only a child knows its parent. */
static void print_branches(const struct moment *m, size_t row, bool ascii, FILE *out)
{
    enum { DEEPEST = 40 };
    const char *parts[DEEPEST];
    size_t n = 0;
    const struct moment_row *r = &m->rows[row];
    if (r->parent == TREE_NONE)
        return;
    parts[n++] = ascii ? (r->is_last ? "`- " : "|- ") : (r->is_last ? "└─ " : "├─ ");
    for (r = &m->rows[r->parent]; r->parent != TREE_NONE && n < DEEPEST; r = &m->rows[r->parent])
        parts[n++] = r->is_last ? "   " : ascii ? "|  " : "│  ";
    if (r->parent != TREE_NONE)
        fprintf(out, "(%zu deep) ", m->rows[row].depth);
    while (n > 0)
        fputs(parts[--n], out);
}

static void print_row(const struct moment *m, size_t row, bool ascii, FILE *out)
{
    const struct moment_row *r = &m->rows[row];
    const struct process *p = r->process;
    char state[64], cpu[16] = "?", name[WORDS_NAME], args[4096];
    if (r->marks & MARK_EXITED || process_is_zombie(p)) {
        char status[48];
        explain_status(r->exit_status, status, sizeof status);
        snprintf(state, sizeof state, "%s%s", r->marks & MARK_EXITED ? "" : "zombie, ", status);
    } else {
        snprintf(state, sizeof state, "%s", explain_state(p));
    }
    if (r->cpu_percent >= 0)
        snprintf(cpu, sizeof cpu, "%.1f", r->cpu_percent);
    fprintf(out, "%7d %7d  %-14s %6s  ", (int)p->pid, (int)p->ppid, state, cpu);
    print_branches(m, row, ascii, out);
    words_name(r->snapshot, p, name, sizeof name);
    words_args(r->snapshot, p, 1, args, sizeof args);
    fprintf(out, "%s%s%s%s\n", name, *args ? " " : "", args, p->is_outside ? "  (outside)" : "");
}

static void print_ends(const struct moment *m, const struct pipe_end *ends, size_t n, FILE *out)
{
    if (n == 0)
        fputs(" nobody", out);
    for (size_t i = 0; i < n; i++) {
        const struct process *p = &m->now->processes[ends[i].process];
        char name[WORDS_NAME];
        fprintf(out, "%s %s %d fd %d%s", i ? "," : "", words_name(m->now, p, name, sizeof name),
                (int)p->pid, ends[i].fd, ends[i].is_blocked ? " (blocked)" : "");
    }
}

static void print_lane(const struct moment *m, size_t i, FILE *out)
{
    const struct pipe_lane *lane = &m->pipes.lanes[i];
    const struct channel *c = &m->now->channels[lane->channel];
    char fill[WORDS_NUMBER], capacity[WORDS_NUMBER];
    fprintf(out, "%4d  %s %llu", lane->number, channel_kind_name(c->kind),
            (unsigned long long)c->inode);
    if (c->path_text) {
        char path[1024];
        const char *raw = snapshot_text(m->now, c->path_text);
        explain_printable(raw, strlen(raw), path, sizeof path);
        fprintf(out, " %s", path);
    }
    fprintf(out, ": %s of %s bytes, %s\n", words_grouped(c->fill_bytes, fill, sizeof fill),
            words_grouped(c->capacity_bytes, capacity, sizeof capacity),
            pipe_condition_name(lane->condition));
    fputs("      written by", out);
    print_ends(m, lane->writers, lane->n_writers, out);
    fputs("\n      read by   ", out);
    print_ends(m, lane->readers, lane->n_readers, out);
    fputc('\n', out);
}

void snapshot_text_print(const struct moment *m, FILE *out)
{
    bool ascii = !tty_is_utf8();
    fprintf(out, "%7s %7s  %-14s %6s  %s\n", "PID", "PPID", "STATE", "CPU%", "COMMAND");
    for (size_t i = 0; i < m->n_rows; i++)
        print_row(m, i, ascii, out);
    if (m->now->hidden > 0)
        fprintf(out, "(the details of %lld processes may not be read)\n",
                (long long)m->now->hidden);
    if (m->pipes.n > 0)
        fprintf(out, "\nPipes\n");
    for (size_t i = 0; i < m->pipes.n; i++)
        print_lane(m, i, out);
    char *sentences = explain_moment(m, NULL);
    if (sentences && *sentences)
        fprintf(out, "\nWhat is going on\n%s", sentences);
    free(sentences);
}
