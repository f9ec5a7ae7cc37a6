#include "model/explain.h"

#include "model/explain_lanes.h"
#include "model/history.h"
#include "model/say.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

/* A zombie that its parent waits for at once is no zombie worth a sentence. */
#define ZOMBIE_NS UINT64_C(200000000)

/* ---- those who have ended ---------------------------------------------------------------- */

static bool is_killed_by(int wait_status, int signal_number)
{
    return wait_status != -1 && WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == signal_number;
}

/* Does a lane have no read end any more? So it is, too, once nobody holds it. */
static bool is_broken(const struct moment *m, int number)
{
    for (size_t i = 0; i < m->pipes.n; i++)
        if (m->pipes.lanes[i].number == number)
            return m->pipes.lanes[i].n_readers == 0 && !m->pipes.lanes[i].has_unknown_holder;
    return true;
}

static void tell_sigpipe(struct teller *t, const struct moment_row *row)
{
    say_process(t, row->snapshot, row->process);
    fputs(" was killed by SIGPIPE", t->out);
    if (row->broken_lane > 0 && is_broken(t->m, row->broken_lane)) {
        fputs(": it wrote to pipe ", t->out);
        say_number(t->out, row->broken_lane);
        fputs(" when no read end was left.\n", t->out);
    } else {
        fputs(", the signal for writing to a pipe or socket that nobody can read from.\n", t->out);
    }
}

static void tell_sigpipes(struct teller *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->n_rows; i++)
        if (is_killed_by(t->m->rows[i].exit_status, SIGPIPE) && n++ < MOST_OF_A_KIND)
            tell_sigpipe(t, &t->m->rows[i]);
    if (n > MOST_OF_A_KIND)
        fprintf(t->out, "(%zu more were killed by SIGPIPE)\n", n - MOST_OF_A_KIND);
}

static void tell_zombie(struct teller *t, const struct moment_row *row)
{
    const struct process *p = row->process;
    char status[64];
    explain_status(p->exit_status, status, sizeof status);
    say_process(t, row->snapshot, p);
    fprintf(t->out, " has ended (%s) and stays a zombie until ",
            p->exit_status == -1 ? "with what status is not known" : status);
    if (p->ppid == t->s->adopter_pid) {
        fputs("proclab's supervisor", t->out);
    } else {
        fputs("its parent ", t->out);
        say_pid(t, p->ppid);
    }
    fputs(" waits for it.\n", t->out);
}

static void tell_zombies(struct teller *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->n_rows; i++) {
        const struct moment_row *row = &t->m->rows[i];
        if ((row->marks & MARK_EXITED) || !process_is_zombie(row->process) ||
            t->about[row->process - t->s->processes].ended_just_now)
            continue;
        if (n++ < MOST_OF_A_KIND)
            tell_zombie(t, row);
        t->about[row->process - t->s->processes].is_said = true;
    }
    if (n > MOST_OF_A_KIND)
        fprintf(t->out, "(%zu more zombies)\n", n - MOST_OF_A_KIND);
}

/* How a member of a pipeline ended is wanted most, and is not always to be had. */
static void tell_unknown_ends(struct teller *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->n_rows && n < MOST_OF_A_KIND; i++) {
        const struct moment_row *row = &t->m->rows[i];
        if (!(row->marks & MARK_EXITED) || row->exit_status != -1 || row->broken_lane <= 0)
            continue;
        say_process(t, row->snapshot, row->process);
        fputs(" has ended, how is not known: it was waited for between two looks.\n", t->out);
        n++;
    }
}

static void tell_orphans(struct teller *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->n_rows; i++) {
        const struct moment_row *row = &t->m->rows[i];
        if (!(row->marks & MARK_ORPHAN) || process_is_zombie(row->process) || n++ >= MOST_OF_A_KIND)
            continue;
        say_process(t, row->snapshot, row->process);
        fputs(" is an orphan: its parent has ended, and ", t->out);
        if (row->process->ppid == t->s->adopter_pid)
            fputs("proclab's supervisor", t->out);
        else
            say_pid(t, row->process->ppid);
        fputs(" has adopted it.\n", t->out);
    }
    if (n > MOST_OF_A_KIND)
        fprintf(t->out, "(%zu more orphans)\n", n - MOST_OF_A_KIND);
}

/* ---- the rest ---------------------------------------------------------------------------- */

static void tell_unreadable(struct teller *t)
{
    size_t n = 0, first = 0;
    if (t->s->root_pid == 0) /* there it is normal: other users' */
        return;
    for (size_t i = 0; i < t->s->n_processes; i++)
        if (t->s->processes[i].fds_error == EACCES || t->s->processes[i].fds_error == EPERM)
            if (n++ == 0)
                first = i;
    if (n == 0)
        return;
    fputs("What ", t->out);
    say_index(t, first);
    if (n > 1)
        fprintf(t->out, " and %zu more", n - 1);
    fprintf(t->out, " %s open cannot be seen (", n > 1 ? "have" : "has");
    say_error(t->out, t->s->processes[first].fds_error);
    fputs("), so other ends may be held there.\n", t->out);
}

static void tell_selected(struct teller *t, const struct process *selected)
{
    const struct process *p = selected ? snapshot_find_same(t->s, selected) : NULL;
    if (!p || t->about[p - t->s->processes].is_said)
        return;
    say_process(t, t->s, p);
    fputc(' ', t->out);
    say_doing(t, (size_t)(p - t->s->processes));
    if (process_is_zombie(p) && p->exit_status != -1) {
        char status[64];
        explain_status(p->exit_status, status, sizeof status);
        fprintf(t->out, " (%s)", status);
    }
    fputs(".\n", t->out);
}

static void tell_nothing(struct teller *t)
{
    size_t n = t->s->n_processes;
    if (n == 0)
        fputs("No process is left.\n", t->out);
    else
        fprintf(t->out, "%zu process%s; none is seen blocked on a pipe.\n", n, n == 1 ? "" : "es");
}

/* ---- */

static void note_blocked(struct about *about, const struct pipes *pipes)
{
    for (size_t i = 0; i < pipes->n; i++) {
        const struct pipe_lane *lane = &pipes->lanes[i];
        for (size_t k = 0; k < lane->n_readers; k++)
            if (lane->readers[k].is_blocked && about[lane->readers[k].process].reads == TREE_NONE)
                about[lane->readers[k].process].reads = i;
        for (size_t k = 0; k < lane->n_writers; k++)
            if (lane->writers[k].is_blocked && about[lane->writers[k].process].writes == TREE_NONE)
                about[lane->writers[k].process].writes = i;
    }
}

static void note_children(struct about *about, const struct moment *m)
{
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct moment_row *row = &m->rows[i];
        if ((row->marks & MARK_EXITED) || row->parent == TREE_NONE ||
            process_is_zombie(row->process) || m->rows[row->parent].snapshot != m->now)
            continue;
        struct about *parent = &about[m->rows[row->parent].process - m->now->processes];
        parent->n_children++;
        parent->only_child = (size_t)(row->process - m->now->processes);
    }
}

static void note_just_ended(struct about *about, const struct moment *m)
{
    for (size_t i = m->n_events; i-- > 0;) {
        const struct event *e = &m->events[i];
        if (m->now->time_ns - e->time_ns >= ZOMBIE_NS)
            break;
        const struct process *p = e->kind == EVENT_EXIT ? snapshot_find(m->now, e->pid) : NULL;
        if (p && p->start_ticks == e->start_ticks)
            about[p - m->now->processes].ended_just_now = true;
    }
}

static struct about *note_all(const struct moment *m)
{
    struct about *about = calloc(m->now->n_processes + 1, sizeof *about);
    if (!about)
        return NULL;
    for (size_t i = 0; i < m->now->n_processes; i++)
        about[i].reads = about[i].writes = TREE_NONE;
    note_blocked(about, &m->pipes);
    note_children(about, m);
    note_just_ended(about, m);
    return about;
}

char *explain_moment(const struct moment *m, const struct process *selected)
{
    char *text = NULL;
    size_t len = 0;
    struct teller t = {.m = m, .s = m->now, .about = note_all(m)};
    if (!t.about)
        return NULL;
    t.out = open_memstream(&text, &len);
    if (!t.out)
        goto out;
    explain_lanes(&t, PIPE_EOF_WITHHELD);
    explain_lanes(&t, PIPE_FULL);
    explain_lanes(&t, PIPE_NO_READER);
    tell_sigpipes(&t);
    tell_zombies(&t);
    explain_lanes(&t, PIPE_STARVED);
    explain_lanes(&t, PIPE_NO_WRITER);
    tell_orphans(&t);
    tell_unknown_ends(&t);
    explain_lanes(&t, PIPE_FLOWING);
    tell_selected(&t, selected);
    if (ftell(t.out) == 0)
        tell_nothing(&t);
    tell_unreadable(&t);
    if (fclose(t.out) != 0) {
        free(text);
        text = NULL;
    }
out:
    free(t.about);
    return text;
}
