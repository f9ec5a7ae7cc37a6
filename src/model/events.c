#include "model/events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * In which order events of one interval are told, since their true order is unknown: causes come
 * before what they cause. One pass over both snapshots for each.
 */
enum pass {
    PASS_REUSED, /* the end of a process whose PID another one has now */
    PASS_FORK,
    PASS_EXEC,
    PASS_EXIT,
    PASS_REPARENTED,
};

/* A list that grows; the first failure is kept and later additions do nothing. */
struct event_list {
    struct event *events;
    size_t n, capacity;
    enum pass pass;
    int error;
    struct event nowhere; /* where additions go after a failure */
};

static struct event *add(struct event_list *list, enum event_kind kind,
                         const struct snapshot *after, const struct process *p)
{
    if (list->n == list->capacity && list->error == 0) {
        size_t capacity = list->capacity ? 2 * list->capacity : 16;
        void *grown = realloc(list->events, capacity * sizeof *list->events);
        if (!grown) {
            list->error = -ENOMEM;
        } else {
            list->events = grown;
            list->capacity = capacity;
        }
    }
    struct event *e = list->error ? &list->nowhere : &list->events[list->n++];
    *e = (struct event){
        .kind = kind,
        .obtained = OBTAINED_SAMPLED,
        .time_ns = after->time_ns,
        .pid = p ? p->pid : 0,
        .start_ticks = p ? p->start_ticks : 0,
        .status = -1,
    };
    return e;
}

/* ---- exec -------------------------------------------------------------------------------- */

static bool is_same_args(const struct snapshot *before, const struct process *b,
                         const struct snapshot *after, const struct process *a)
{
    size_t b_len, a_len;
    const char *b_args = snapshot_args(before, b, &b_len);
    const char *a_args = snapshot_args(after, a, &a_len);
    return b_len == a_len && memcmp(b_args, a_args, a_len) == 0;
}

/* Is the program's name that of its first argument, cut to 15 bytes? So exec leaves it. */
static bool is_named_by_args(const struct snapshot *s, const struct process *p)
{
    const char *comm = snapshot_text(s, p->comm_text), *arg = snapshot_text(s, p->args_text);
    const char *slash = strrchr(arg, '/');
    const char *name = slash ? slash + 1 : arg;
    return strncmp(comm, name, 15) == 0;
}

/*
 * Both the name and the arguments are set by exec, but a program may set either by itself, too:
 * prctl(PR_SET_NAME), and by writing over its arguments. So one of them alone counts only where
 * they go together afterwards. (They are not read in one instant: an exec in between shows as two
 * halves.)
 */
bool events_has_execed(const struct snapshot *before, const struct process *b,
                       const struct snapshot *after, const struct process *a)
{
    if (a->state == 'Z' || a->state == 'X')
        return false;
    bool is_other_comm =
        strcmp(snapshot_text(before, b->comm_text), snapshot_text(after, a->comm_text)) != 0;
    if (a->args_bytes == 0 || b->args_bytes == 0)
        return is_other_comm;
    bool is_other_args = !is_same_args(before, b, after, a);
    if (is_other_comm && is_other_args)
        return true;
    return (is_other_comm || is_other_args) && is_named_by_args(after, a);
}

/* ---- processes --------------------------------------------------------------------------- */

static void add_exit(struct event_list *list, const struct snapshot *after, const struct process *p,
                     int status)
{
    add(list, EVENT_EXIT, after, p)->status = status;
}

/* It is in the later one alone. A process outside the tree was there before: it is seen now since
   it holds a channel. */
static void compare_new(struct event_list *list, const struct snapshot *after,
                        const struct process *a)
{
    if (a->is_outside)
        return;
    if (list->pass == PASS_FORK) {
        struct event *e = add(list, EVENT_FORK, after, snapshot_find(after, a->ppid));
        e->pid = a->ppid;
        e->other = a->pid;
    }
    if (list->pass == PASS_EXIT && process_is_zombie(a))
        add_exit(list, after, a, a->exit_status);
}

/* It is in the earlier one alone. As a zombie it had exited already. */
static void compare_gone(struct event_list *list, enum pass pass, const struct snapshot *after,
                         const struct process *b)
{
    if (list->pass == pass && !b->is_outside && !process_is_zombie(b))
        add_exit(list, after, b, -1);
}

static void compare_both(struct event_list *list, const struct snapshot *before,
                         const struct process *b, const struct snapshot *after,
                         const struct process *a)
{
    if (list->pass == PASS_EXEC && events_has_execed(before, b, after, a))
        add(list, EVENT_EXEC, after, a);
    if (list->pass == PASS_EXIT && !process_is_zombie(b) && process_is_zombie(a))
        add_exit(list, after, a, a->exit_status);
    if (list->pass == PASS_REPARENTED && b->ppid != a->ppid)
        add(list, EVENT_REPARENTED, after, a)->other = a->ppid;
}

static void compare_processes(struct event_list *list, const struct snapshot *before,
                              const struct snapshot *after)
{
    size_t i = 0, k = 0;
    while (i < before->n_processes || k < after->n_processes) {
        const struct process *b = i < before->n_processes ? &before->processes[i] : NULL;
        const struct process *a = k < after->n_processes ? &after->processes[k] : NULL;
        if (b && a && b->pid == a->pid) {
            if (b->start_ticks == a->start_ticks) {
                compare_both(list, before, b, after, a);
            } else { /* the PID was given out again */
                compare_gone(list, PASS_REUSED, after, b);
                compare_new(list, after, a);
            }
            i++, k++;
        } else if (!a || (b && b->pid < a->pid)) {
            compare_gone(list, PASS_EXIT, after, b);
            i++;
        } else {
            compare_new(list, after, a);
            k++;
        }
    }
}

/* ---- channels ---------------------------------------------------------------------------- */

static int compare_channels(const struct channel *c, const struct channel *d)
{
    if (c->device != d->device)
        return c->device < d->device ? -1 : 1;
    return (c->inode > d->inode) - (c->inode < d->inode);
}

/* Add the channels that are in one of the snapshots alone, as the kind says; in their order. */
static void compare_channel_tables(struct event_list *list, enum event_kind kind,
                                   const struct snapshot *before, const struct snapshot *after)
{
    size_t i = 0, k = 0;
    while (i < before->n_channels || k < after->n_channels) {
        const struct channel *b = i < before->n_channels ? &before->channels[i] : NULL;
        const struct channel *a = k < after->n_channels ? &after->channels[k] : NULL;
        int order = !a ? -1 : !b ? 1 : compare_channels(b, a);
        const struct channel *c = order < 0 && kind == EVENT_PIPE_CLOSED   ? b
                                  : order > 0 && kind == EVENT_PIPE_OPENED ? a
                                                                           : NULL;
        if (c) {
            struct event *e = add(list, kind, after, NULL);
            e->device = c->device;
            e->inode = c->inode;
        }
        i += order <= 0;
        k += order >= 0;
    }
}

static int compare_event_ids(const void *a, const void *b)
{
    const struct event *e = a, *f = b;
    if (e->device != f->device)
        return e->device < f->device ? -1 : 1;
    return (e->inode > f->inode) - (e->inode < f->inode);
}

/* Fill in who holds what was opened (ascending): the lowest PID that has it. Others stay 0. */
static void find_openers(struct event *opened, size_t n, const struct snapshot *s)
{
    for (size_t i = 0; i < s->n_processes; i++) {
        const struct process *p = &s->processes[i];
        size_t n_fds;
        const struct fd_entry *fds = snapshot_fds(s, p, &n_fds);
        for (size_t k = 0; k < n_fds; k++) {
            struct event key = {.device = fds[k].device, .inode = fds[k].inode};
            struct event *e = bsearch(&key, opened, n, sizeof key, compare_event_ids);
            if (e && e->pid == 0) {
                e->pid = p->pid;
                e->start_ticks = p->start_ticks;
            }
        }
    }
}

/* Those that the later snapshot brings. */
static void add_told(struct event_list *list, const struct snapshot *after)
{
    for (size_t i = 0; i < after->n_events; i++)
        *add(list, after->events[i].kind, after, NULL) = after->events[i];
}

int events_between(const struct snapshot *before, const struct snapshot *after,
                   struct event **events, size_t *n)
{
    struct event_list list = {.events = *events, .n = *n, .capacity = *n};
    bool is_told = after->events_from != EVENTS_POLLED;
    add_told(&list, after);
    for (list.pass = PASS_REUSED; before && !is_told && list.pass <= PASS_EXEC; list.pass++)
        compare_processes(&list, before, after);
    size_t first = list.n;
    if (before)
        compare_channel_tables(&list, EVENT_PIPE_OPENED, before, after);
    if (list.n > first)
        find_openers(list.events + first, list.n - first, after);
    if (before)
        compare_channel_tables(&list, EVENT_PIPE_CLOSED, before, after);
    list.pass = is_told ? PASS_REPARENTED : PASS_EXIT;
    for (; before && list.pass <= PASS_REPARENTED; list.pass++)
        compare_processes(&list, before, after);
    *events = list.events; /* it may have moved, even where there was no room for all */
    if (list.error)
        return list.error;
    *n = list.n;
    return 0;
}

const char *event_kind_name(enum event_kind kind)
{
    static const char *const names[] = {
        [EVENT_FORK] = "fork",
        [EVENT_EXEC] = "exec",
        [EVENT_EXIT] = "exit",
        [EVENT_REPARENTED] = "reparented",
        [EVENT_PIPE_OPENED] = "pipe_opened",
        [EVENT_PIPE_CLOSED] = "pipe_closed",
        [EVENT_LOST] = "lost",
    };
    return names[kind];
}
