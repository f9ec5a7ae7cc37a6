/* A tracked process as rows of a snapshot. */
#include "model/snapshot.h"
#include "proc/track.h"

#include <errno.h>
#include <string.h>

static uint32_t add_string(struct snapshot *s, const char *text)
{
    return text ? snapshot_add_text(s, text, strlen(text)) : 0;
}

static struct waiting waiting_of(struct snapshot *s, const struct task_track *task)
{
    return (struct waiting){
        .kind = task->wait_kind,
        .fd = task->wait_fd,
        .syscall_text = add_string(s, task->syscall),
        .channel_text = add_string(s, task->channel),
    };
}

/* Sums over the tasks are known only if each figure is. */
static void add_known(int64_t *sum, int64_t value)
{
    *sum = *sum < 0 || value < 0 ? -1 : *sum + value;
}

static int write_tasks(const struct proc_track *t, struct snapshot *s, struct process *p)
{
    const struct track_details *d = t->details;
    bool is_any = d->n_tasks > 0;

    p->run_ns = p->queued_ns = p->voluntary = p->involuntary = is_any ? 0 : -1;
    p->waiting.kind = p->state == 'S' || p->state == 'D' ? WAIT_UNKNOWN : WAIT_NOTHING;
    for (size_t i = 0; i < d->n_tasks; i++) {
        const struct task_track *from = &d->tasks[i];
        struct task *to = snapshot_add_task(s, from->tid);
        if (!to)
            return -ENOMEM;
        to->state = from->state;
        to->last_cpu = from->last_cpu;
        to->comm_text = from->tid == t->pid ? p->comm_text : add_string(s, from->comm);
        to->run_ns = from->sched.run_ns;
        to->queued_ns = from->sched.queued_ns;
        to->voluntary = from->status.voluntary;
        to->involuntary = from->status.involuntary;
        to->waiting = waiting_of(s, from);
        if (from->tid == t->pid)
            p->waiting = to->waiting;
        add_known(&p->run_ns, to->run_ns);
        add_known(&p->queued_ns, to->queued_ns);
        add_known(&p->voluntary, to->voluntary);
        add_known(&p->involuntary, to->involuntary);
    }
    return 0;
}

static int write_fds(const struct proc_track *t, struct snapshot *s,
                     bool (*only_fd)(const struct fd_row *, void *), void *arg)
{
    const struct fd_table *fds = &t->details->fds;
    for (size_t i = 0; i < fds->n; i++) {
        const struct fd_row *row = &fds->rows[i];
        if (only_fd && !only_fd(row, arg))
            continue;
        struct fd_entry *e = snapshot_add_fd(s, row->fd);
        if (!e)
            return -ENOMEM;
        e->kind = row->kind;
        e->access = row->access;
        e->device = row->device;
        e->inode = row->inode;
        e->target_text = row->target ? add_string(s, fds->text + row->target) : 0;
    }
    return 0;
}

static int exit_status_of(const struct proc_track *t)
{
    if (t->stat.state != 'Z' || t->stat.n_threads > 1)
        return -1;
    return t->stat.exit_status != 0 || t->exit_known > 0 ? t->stat.exit_status : -1;
}

int track_write(const struct track_context *ctx, const struct proc_track *t, struct snapshot *s,
                bool (*only_fd)(const struct fd_row *, void *), void *arg)
{
    const struct proc_stat *st = &t->stat;
    struct process *p = snapshot_add_process(s, t->pid);
    if (!p)
        return -ENOMEM;
    p->start_ticks = st->start_ticks;
    p->ppid = st->ppid;
    p->pgrp = st->pgrp;
    p->session = st->session;
    p->tty = st->tty;
    p->state = st->state;
    p->last_cpu = st->last_cpu;
    p->n_threads = st->n_threads;
    p->exit_status = exit_status_of(t);
    p->uid = t->uid;
    p->is_kernel = st->flags & PROC_FLAG_KTHREAD;
    p->is_outside = t->role == TRACK_OUTSIDE;
    p->comm_text = snapshot_add_text(s, st->comm, st->comm_bytes);
    p->args_text = snapshot_add_text(s, t->args, t->args_bytes);
    p->args_bytes = p->args_text ? t->args_bytes : 0;
    p->user_ticks = st->user_ticks;
    p->system_ticks = st->system_ticks;
    p->minor_faults = st->minor_faults;
    p->major_faults = st->major_faults;
    p->rss_bytes = st->rss_pages < 0 ? -1 : st->rss_pages * ctx->page_bytes;
    if (!t->details)
        return 0;
    p->is_detailed = true;
    p->fds_error = t->details->fds_error;
    p->read_bytes = t->details->io.rchar;
    p->written_bytes = t->details->io.wchar;
    int rc = write_tasks(t, s, p);
    return rc < 0 ? rc : write_fds(t, s, only_fd, arg);
}
