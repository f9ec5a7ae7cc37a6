#include "ui/glance.h"

#include "model/snapshot.h"

#include <string.h>

static bool waits_for_same(const struct waiting *a, const struct waiting *b)
{
    return a->kind == b->kind && a->fd == b->fd;
}

static bool are_same_processes(const struct snapshot *before, const struct snapshot *after)
{
    for (size_t i = 0; i < after->n_processes; i++) {
        const struct process *a = &before->processes[i], *b = &after->processes[i];
        if (a->pid != b->pid || a->start_ticks != b->start_ticks || a->ppid != b->ppid ||
            a->state != b->state || !waits_for_same(&a->waiting, &b->waiting) ||
            a->n_fds != b->n_fds || a->n_tasks != b->n_tasks || a->read_bytes != b->read_bytes ||
            a->written_bytes != b->written_bytes || a->args_bytes != b->args_bytes ||
            strcmp(snapshot_text(before, a->comm_text), snapshot_text(after, b->comm_text)) != 0)
            return false;
    }
    return true;
}

static bool are_same_tasks(const struct snapshot *before, const struct snapshot *after)
{
    for (size_t i = 0; i < after->n_tasks; i++) {
        const struct task *a = &before->tasks[i], *b = &after->tasks[i];
        if (a->tid != b->tid || a->state != b->state || !waits_for_same(&a->waiting, &b->waiting))
            return false;
    }
    return true;
}

static bool are_same_fds(const struct snapshot *before, const struct snapshot *after)
{
    for (size_t i = 0; i < after->n_fds; i++) {
        const struct fd_entry *a = &before->fds[i], *b = &after->fds[i];
        if (a->fd != b->fd || a->inode != b->inode || a->device != b->device)
            return false;
    }
    return true;
}

static bool are_same_channels(const struct snapshot *before, const struct snapshot *after)
{
    for (size_t i = 0; i < after->n_channels; i++) {
        const struct channel *a = &before->channels[i], *b = &after->channels[i];
        if (a->inode != b->inode || a->device != b->device || a->fill_bytes != b->fill_bytes ||
            a->capacity_bytes != b->capacity_bytes)
            return false;
    }
    return true;
}

static bool are_same_regions(const struct snapshot *before, const struct snapshot *after)
{
    if (before->n_regions != after->n_regions || before->n_cells != after->n_cells)
        return false;
    for (size_t i = 0; i < after->n_regions; i++) {
        const struct region *a = &before->regions[i], *b = &after->regions[i];
        if (a->pid != b->pid || a->start != b->start || a->bytes != b->bytes ||
            a->error != b->error || a->private_pages != b->private_pages ||
            a->shared_pages != b->shared_pages || a->rss_bytes != b->rss_bytes)
            return false;
    }
    return after->n_cells == 0 || memcmp(before->cells, after->cells, after->n_cells) == 0;
}

bool glance_is_same(const struct snapshot *before, const struct snapshot *after)
{
    return before->n_processes == after->n_processes && before->n_tasks == after->n_tasks &&
           before->n_fds == after->n_fds && before->n_channels == after->n_channels &&
           are_same_processes(before, after) && are_same_tasks(before, after) &&
           are_same_fds(before, after) && are_same_channels(before, after) &&
           are_same_regions(before, after);
}
