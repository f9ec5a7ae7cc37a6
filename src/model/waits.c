#include "model/waits.h"

#include "model/explain.h"
#include "model/history.h"

#include <stdio.h>
#include <string.h>

static bool holds(const struct pipe_end *ends, size_t n, size_t process, int fd)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].process == process && ends[i].fd == fd)
            return true;
    return false;
}

/* The lane that this fd of a process is an end of. */
static const struct pipe_lane *lane_of(const struct moment *m, size_t process, int fd,
                                       unsigned direction)
{
    for (size_t i = 0; i < m->pipes.n; i++) {
        const struct pipe_lane *lane = &m->pipes.lanes[i];
        if (direction == FD_READ ? holds(lane->readers, lane->n_readers, process, fd)
                                 : holds(lane->writers, lane->n_writers, process, fd))
            return lane;
    }
    return NULL;
}

/* Those who hold the other ends, but for itself; ends come by process. */
static struct waits holders(const struct pipe_lane *lane, const struct pipe_end *ends, size_t n,
                            size_t self)
{
    struct waits waits = {.whom = TREE_NONE, .lane = lane};
    for (size_t i = 0; i < n; i++) {
        if (ends[i].process == self || (i > 0 && ends[i].process == ends[i - 1].process))
            continue;
        waits.whom = waits.n++ ? waits.whom : ends[i].process;
    }
    return waits;
}

static struct waits children(const struct snapshot *s, const struct process *p)
{
    struct waits waits = {.whom = TREE_NONE};
    for (size_t i = 0; i < s->n_processes; i++)
        if (s->processes[i].ppid == p->pid && !process_is_zombie(&s->processes[i]))
            waits.whom = waits.n++ ? waits.whom : i;
    return waits;
}

struct waits waits_of(const struct moment *m, const struct process *p, char state,
                      const struct waiting *w)
{
    const struct snapshot *s = m->now;
    size_t self = (size_t)(p - s->processes);
    struct waits none = {.whom = TREE_NONE};
    if (state == 'Z') {
        const struct process *parent = snapshot_find(s, p->ppid);
        if (parent)
            return (struct waits){.n = 1, .whom = (size_t)(parent - s->processes)};
        return none;
    }
    if (w->kind == WAIT_CHILD)
        return children(s, p);
    unsigned direction = pipes_waiting_direction(s, w);
    const struct pipe_lane *lane = direction ? lane_of(m, self, w->fd, direction) : NULL;
    if (!lane)
        return none;
    return direction == FD_READ ? holders(lane, lane->writers, lane->n_writers, self)
                                : holders(lane, lane->readers, lane->n_readers, self);
}

static const char *what_is_no_process(const struct process *p, char state, const struct waiting *w)
{
    if (state == 'T' || state == 't')
        return state == 'T' ? "SIGCONT" : "its debugger";
    switch (w->kind) {
    case WAIT_PIPE_READ:
        return "data";
    case WAIT_PIPE_WRITE:
        return "room in a pipe";
    case WAIT_CHILD:
        return "a child";
    case WAIT_FUTEX:
        return p->n_threads > 1 ? "a thread" : "a futex";
    case WAIT_POLL:
        return "one of its fds";
    case WAIT_SLEEP:
        return "time";
    case WAIT_SOCKET:
        return "a socket";
    case WAIT_TTY:
        return "the terminal";
    case WAIT_SIGNAL:
        return "a signal";
    default:
        return "";
    }
}

void waits_say(const struct moment *m, const struct process *p, char state, const struct waiting *w,
               char *buf, size_t len)
{
    static const char *const circles[] = {"①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩"};
    const struct waits waits = waits_of(m, p, state, w);
    char name[256] = "", number[24] = "";
    if (waits.lane && waits.lane->number >= 1 && waits.lane->number <= 10)
        snprintf(number, sizeof number, "%s ", circles[waits.lane->number - 1]);
    else if (waits.lane)
        snprintf(number, sizeof number, "(%d) ", waits.lane->number);
    if (waits.n == 0) {
        bool is_own = waits.lane != NULL; /* nobody else holds the other end */
        snprintf(buf, len, "%s%s", number, is_own ? "itself" : what_is_no_process(p, state, w));
        return;
    }
    const struct process *whom = &m->now->processes[waits.whom];
    const char *comm = snapshot_text(m->now, whom->comm_text);
    explain_printable(comm, strlen(comm), name, sizeof name);
    if (w->kind == WAIT_CHILD && waits.n > 1)
        snprintf(buf, len, "a child of %zu", waits.n);
    else if (waits.n > 1)
        snprintf(buf, len, "%s%s %d, %zu more", number, name, (int)whom->pid, waits.n - 1);
    else
        snprintf(buf, len, "%s%s %d", number, name, (int)whom->pid);
}
