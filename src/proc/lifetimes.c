#include "proc/lifetimes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

/* After a loss, so many looks are compared with what was told: two in a row must agree before /proc
   is believed, since what is younger than a snapshot's time has not been told yet. */
enum { LOOKS_TO_MEND = 3 };

/* A status that waits for the record of its process's end: the youngest are kept. */
enum { STATUSES_KEPT = 512 };

struct member {
    pid_t pid;
    int n_tasks;
    uint64_t start_ticks;
    int status;          /* of its main task's end; -1: not told */
    bool is_seeded;      /* the first snapshot showed it; its birth may be told yet */
    bool is_dark;        /* it lives, and the kernel tells nothing of it */
    uint64_t missing_at; /* the last look that was compared and did not show it; 0: none */
    UT_hash_handle hh;
};

/* In the snapshot, but nobody told of its birth. */
struct stranger {
    pid_t pid;
    uint64_t start_ticks;
};

struct known_status {
    pid_t pid;
    int wait_status;
    uint64_t time_ns;
};

struct lifetimes {
    pid_t root;
    enum events_from from;
    bool is_to_seed; /* the members are those of the first snapshot */
    struct member *members;
    size_t n_dark;
    int n_mending;         /* looks for which /proc is still compared with what was told */
    uint64_t look;         /* from 2: 0 is no look, nor the one before the first */
    uint64_t strangers_at; /* the look that they were seen in */
    struct stranger *strangers;
    size_t n_strangers, cap_strangers;
    struct known_status statuses[STATUSES_KEPT];
    size_t n_statuses; /* ever: a ring */
    long ticks_per_s;
    int error;
    struct snapshot *s; /* being filled */
};

struct lifetimes *lifetimes_new(pid_t root, enum events_from from, bool is_running)
{
    struct lifetimes *lt = calloc(1, sizeof *lt);
    if (!lt)
        return NULL;
    lt->root = root;
    lt->from = from;
    lt->is_to_seed = is_running;
    lt->look = 1;
    lt->ticks_per_s = sysconf(_SC_CLK_TCK);
    return lt;
}

static void drop_member(struct lifetimes *lt, struct member *m)
{
    lt->n_dark -= m->is_dark;
    HASH_DEL(lt->members, m);
    free(m);
}

void lifetimes_free(struct lifetimes *lt)
{
    struct member *m, *next;
    if (!lt)
        return;
    HASH_ITER(hh, lt->members, m, next)
    {
        drop_member(lt, m);
    }
    free(lt->strangers);
    free(lt);
}

static struct member *find_member(struct lifetimes *lt, pid_t pid)
{
    struct member *m;
    HASH_FIND_INT(lt->members, &pid, m);
    return m;
}

static struct member *add_member(struct lifetimes *lt, pid_t pid, uint64_t start_ticks)
{
    struct member *m = calloc(1, sizeof *m);
    if (!m) {
        lt->error = -ENOMEM;
        return NULL;
    }
    *m = (struct member){.pid = pid, .n_tasks = 1, .start_ticks = start_ticks, .status = -1};
    HASH_ADD_INT(lt->members, pid, m);
    return m;
}

/* Its row in the snapshot; NULL: it is not there. The tick in which its birth was told may be the one
   after that in which it was: the snapshot is right. */
static const struct process *find_process(const struct lifetimes *lt, struct member *m)
{
    const struct process *p = snapshot_find(lt->s, m->pid);
    if (!p || p->start_ticks > m->start_ticks || p->start_ticks + 1 < m->start_ticks)
        return NULL;
    m->start_ticks = p->start_ticks;
    return p;
}

/* ---- statuses ------------------------------------------------------------------------------- */

void lifetimes_note_status(struct lifetimes *lt, pid_t pid, int wait_status, uint64_t time_ns)
{
    lt->statuses[lt->n_statuses++ % STATUSES_KEPT] =
        (struct known_status){.pid = pid, .wait_status = wait_status, .time_ns = time_ns};
}

/* Of a process that ended at that time: who was told, who saw it as a zombie, who reaped it. */
static int find_status(const struct lifetimes *lt, struct member *m, uint64_t time_ns)
{
    if (m->status != -1)
        return m->status;
    const struct process *p = find_process(lt, m);
    if (p && process_is_zombie(p))
        return p->exit_status;
    size_t n = lt->n_statuses < STATUSES_KEPT ? lt->n_statuses : STATUSES_KEPT;
    for (size_t i = 0; i < n; i++)
        if (lt->statuses[i].pid == m->pid && lt->statuses[i].time_ns >= time_ns)
            return lt->statuses[i].wait_status;
    return -1;
}

/* ---- events --------------------------------------------------------------------------------- */

static struct event *add_event(struct lifetimes *lt, enum event_kind kind, uint64_t time_ns,
                               pid_t pid)
{
    static struct event nowhere;
    struct event *e = snapshot_add_event(lt->s, kind);
    if (!e) {
        lt->error = -ENOMEM;
        e = &nowhere;
    }
    struct member *m = find_member(lt, pid);
    if (m)
        find_process(lt, m);
    e->time_ns = time_ns;
    e->pid = pid;
    e->start_ticks = m ? m->start_ticks : 0;
    return e;
}

static void end_member(struct lifetimes *lt, struct member *m, uint64_t time_ns, enum obtained how)
{
    struct event *e = add_event(lt, EVENT_EXIT, time_ns, m->pid);
    e->status = find_status(lt, m, time_ns);
    e->obtained = how;
    drop_member(lt, m);
}

static void take_fork(struct lifetimes *lt, const struct lifecycle_record *r)
{
    struct member *m = find_member(lt, r->pid), *parent = find_member(lt, r->parent);
    if (r->tid != r->pid) { /* a thread */
        if (m)
            m->n_tasks++;
        return;
    }
    bool is_ours = lt->root == 0 || parent || r->parent == lt->root; /* a feed may tell of all */
    if (!is_ours)
        return;
    /* proc_pid_stat(5), field 22: a tick earlier perhaps */
    uint64_t start_ticks = r->time_ns / (UINT64_C(1000000000) / (uint64_t)lt->ticks_per_s);
    bool is_known =
        m && m->is_seeded && (m->start_ticks == start_ticks || m->start_ticks + 1 == start_ticks);
    if (m && !is_known) /* its end was lost */
        end_member(lt, m, r->time_ns, OBTAINED_SAMPLED);
    if (!is_known)
        m = add_member(lt, r->pid, start_ticks);
    if (m) {
        m->is_seeded = false;
        m->n_tasks = 1; /* its threads' births are still to come */
    }
    add_event(lt, EVENT_FORK, r->time_ns, r->parent)->other = r->pid;
}

static void take_exec(struct lifetimes *lt, const struct lifecycle_record *r)
{
    if (find_member(lt, r->pid))
        memcpy(add_event(lt, EVENT_EXEC, r->time_ns, r->pid)->comm, r->comm, sizeof r->comm);
}

static bool is_alive(const struct lifetimes *lt, struct member *m)
{
    const struct process *p = find_process(lt, m);
    return p && p->state != 'Z' && p->state != 'X';
}

static void take_exit(struct lifetimes *lt, const struct lifecycle_record *r,
                      bool (*is_ending)(void *arg, pid_t pid), void *arg)
{
    struct member *m = find_member(lt, r->pid);
    if (!m)
        return;
    if (r->tid == r->pid)
        m->status = r->status;
    if (--m->n_tasks > 0)
        return;
    if (lt->from == EVENTS_PERF && is_alive(lt, m) && !is_ending(arg, m->pid)) {
        lt->n_dark += !m->is_dark;
        m->is_dark = true;
        m->n_tasks = 1;
        return;
    }
    end_member(lt, m, r->time_ns, OBTAINED_EXACT);
}

static void take_record(struct lifetimes *lt, const struct lifecycle_record *r,
                        bool (*is_ending)(void *arg, pid_t pid), void *arg)
{
    switch (r->kind) {
    case LIFECYCLE_FORK:
        take_fork(lt, r);
        break;
    case LIFECYCLE_EXEC:
        take_exec(lt, r);
        break;
    case LIFECYCLE_EXIT:
        take_exit(lt, r, is_ending, arg);
        break;
    case LIFECYCLE_LOST:
        add_event(lt, EVENT_LOST, r->time_ns, 0)->count = r->count;
        lt->n_mending = LOOKS_TO_MEND;
        break;
    }
}

/* ---- by what /proc shows, where not all was told --------------------------------------------- */

static bool was_stranger(const struct lifetimes *lt, const struct process *p, size_t n_before)
{
    for (size_t i = 0; i < n_before; i++)
        if (lt->strangers[i].pid == p->pid && lt->strangers[i].start_ticks == p->start_ticks)
            return true;
    return false;
}

static void note_stranger(struct lifetimes *lt, const struct process *p)
{
    if (lt->n_strangers == lt->cap_strangers) {
        size_t cap = lt->cap_strangers ? lt->cap_strangers * 2 : 16;
        void *grown = realloc(lt->strangers, cap * sizeof *lt->strangers);
        if (!grown) {
            lt->error = -ENOMEM;
            return;
        }
        lt->strangers = grown;
        lt->cap_strangers = cap;
    }
    lt->strangers[lt->n_strangers++] =
        (struct stranger){.pid = p->pid, .start_ticks = p->start_ticks};
}

static void adopt(struct lifetimes *lt, const struct process *p)
{
    struct event *e = add_event(lt, EVENT_FORK, lt->s->time_ns, p->ppid);
    const struct member *parent = find_member(lt, p->ppid);
    e->obtained = OBTAINED_SAMPLED;
    e->other = p->pid;
    struct member *m = add_member(lt, p->pid, p->start_ticks);
    if (!m)
        return;
    m->n_tasks = p->n_threads > 0 ? p->n_threads : 1;
    m->is_dark = parent && parent->is_dark;
    lt->n_dark += m->is_dark;
}

static void adopt_strangers(struct lifetimes *lt)
{
    size_t n_before = lt->strangers_at == lt->look - 1 ? lt->n_strangers : 0;
    size_t n_kept = lt->n_strangers;
    for (size_t i = 0; i < lt->s->n_processes; i++) {
        const struct process *p = &lt->s->processes[i];
        if (p->is_outside || find_member(lt, p->pid))
            continue;
        if (was_stranger(lt, p, n_before))
            adopt(lt, p);
        else
            note_stranger(lt, p);
    }
    /* Those of this look are the ones to be seen again. */
    lt->n_strangers -= n_kept;
    if (lt->n_strangers > 0)
        memmove(lt->strangers, lt->strangers + n_kept, lt->n_strangers * sizeof *lt->strangers);
    lt->strangers_at = lt->look;
}

static void end_missing(struct lifetimes *lt)
{
    struct member *m, *next;
    HASH_ITER(hh, lt->members, m, next)
    {
        const struct process *p = find_process(lt, m);
        if (p && !(m->is_dark && process_is_zombie(p)))
            continue;
        if (m->missing_at == lt->look - 1)
            end_member(lt, m, lt->s->time_ns, OBTAINED_SAMPLED);
        else
            m->missing_at = lt->look;
    }
}

/* Compare with the snapshot while something was lost, or is not told. */
static void mend(struct lifetimes *lt)
{
    if (lt->n_mending == 0 && lt->n_dark == 0)
        return;
    lt->n_mending -= lt->n_mending > 0;
    end_missing(lt);
    adopt_strangers(lt);
}

/* Who is a zombie already has been told to have ended. */
static void seed(struct lifetimes *lt)
{
    for (size_t i = 0; lt->is_to_seed && i < lt->s->n_processes; i++) {
        const struct process *p = &lt->s->processes[i];
        if (p->is_outside || process_is_zombie(p))
            continue;
        struct member *m = add_member(lt, p->pid, p->start_ticks);
        if (m) {
            m->n_tasks = p->n_threads > 0 ? p->n_threads : 1;
            m->is_seeded = true;
        }
    }
    lt->is_to_seed = false;
}

int lifetimes_apply(struct lifetimes *lt, const struct lifecycle_record *records, size_t n,
                    struct snapshot *s, bool (*is_ending)(void *arg, pid_t pid), void *arg)
{
    lt->s = s;
    lt->look++;
    lt->error = 0;
    seed(lt);
    for (size_t i = 0; i < n; i++)
        take_record(lt, &records[i], is_ending, arg);
    mend(lt);
    s->events_from = lt->from;
    s->obtained = lt->n_dark > 0 ? OBTAINED_SAMPLED : OBTAINED_EXACT;
    lt->s = NULL;
    return lt->error;
}
