#include "record/tables.h"

#include "model/snapshot.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 1 << 20, REGIONS_MAX = 64, CELLS_MAX = 1024 };

/* Sums and differences of what is below it do not overflow: as nanoseconds, 36 years. */
#define FIGURE_MAX (INT64_C(1) << 60)

/* ---- the tables ---------------------------------------------------------------------------- */

#define OF(type, field) offsetof(struct type, field)

/* -1: unknown. */
#define FIGURE(type, field)                                                                        \
    {                                                                                              \
#field, COLUMN_I64, OF(type, field), -1, FIGURE_MAX                                        \
    }
#define NUMBER(type, field)                                                                        \
    {                                                                                              \
#field, COLUMN_INT, OF(type, field), -1, INT_MAX                                           \
    }
#define TEXT(type, field)                                                                          \
    {                                                                                              \
#field, COLUMN_TEXT, OF(type, field), 0, 0                                                 \
    }
#define FLAG(type, field)                                                                          \
    {                                                                                              \
#field, COLUMN_BOOL, OF(type, field), 0, 1                                                 \
    }
#define CODE(type, field, last)                                                                    \
    {                                                                                              \
#field, COLUMN_INT, OF(type, field), 0, last                                               \
    }
#define ERRNO(type, field)                                                                         \
    {                                                                                              \
#field, COLUMN_INT, OF(type, field), 0, 4095                                               \
    }
#define ID(type, field)                                                                            \
    {                                                                                              \
#field, COLUMN_U64, OF(type, field), 0, 0                                                  \
    }
#define STATE(type, field)                                                                         \
    {                                                                                              \
#field, COLUMN_CHAR, OF(type, field), 1, 126                                               \
    }
#define WAITING(type)                                                                              \
    {"waiting_kind", COLUMN_INT, OF(type, waiting.kind), 0, WAIT_OTHER},                           \
        {"waiting_fd", COLUMN_INT, OF(type, waiting.fd), -1, INT_MAX},                             \
        {"waiting_syscall_text", COLUMN_TEXT, OF(type, waiting.syscall_text), 0, 0},               \
    {                                                                                              \
        "waiting_channel_text", COLUMN_TEXT, OF(type, waiting.channel_text), 0, 0                  \
    }

static const struct column look_columns[] = {
    CODE(snapshot, root_pid, INT_MAX),
    CODE(snapshot, adopter_pid, INT_MAX),
    CODE(snapshot, obtained, OBTAINED_BOUND),
    FIGURE(snapshot, births),
    FIGURE(snapshot, births_before),
    FIGURE(snapshot, hidden),
    CODE(snapshot, events_from, EVENTS_PTRACE),
};

/* What changes often comes first: the mask of a change is the shorter. */
static const struct column process_columns[] = {
    {"pid", COLUMN_INT, OF(process, pid), 1, INT_MAX},
    FIGURE(process, run_ns),
    FIGURE(process, queued_ns),
    FIGURE(process, voluntary),
    FIGURE(process, user_ticks),
    FIGURE(process, system_ticks),
    FIGURE(process, written_bytes),
    STATE(process, state),
    WAITING(process),
    NUMBER(process, last_cpu),
    FIGURE(process, involuntary),
    FIGURE(process, minor_faults),
    FIGURE(process, read_bytes),
    FIGURE(process, rss_bytes),
    FIGURE(process, major_faults),
    ID(process, start_ticks),
    CODE(process, ppid, INT_MAX),
    NUMBER(process, pgrp),
    NUMBER(process, session),
    {"tty", COLUMN_INT, OF(process, tty), INT_MIN, INT_MAX},
    NUMBER(process, n_threads),
    {"exit_status", COLUMN_INT, OF(process, exit_status), -1, 0xffff},
    {"uid", COLUMN_I64, OF(process, uid), -1, UINT32_MAX},
    FLAG(process, is_kernel),
    FLAG(process, is_detailed),
    FLAG(process, is_outside),
    TEXT(process, comm_text),
    {"args_text", COLUMN_ARGS, OF(process, args_text), 0, 0},
    ERRNO(process, fds_error),
    {"is_only_task", COLUMN_ASIDE, 0, 0, 1}, /* last: see give_process() */
};

static const struct column task_columns[] = {
    {"pid", COLUMN_ASIDE, 0, 1, INT_MAX},
    {"tid", COLUMN_INT, OF(task, tid), 1, INT_MAX},
    FIGURE(task, run_ns),
    FIGURE(task, queued_ns),
    FIGURE(task, voluntary),
    STATE(task, state),
    WAITING(task),
    NUMBER(task, last_cpu),
    FIGURE(task, involuntary),
    TEXT(task, comm_text),
};

static const struct column fd_columns[] = {
    {"pid", COLUMN_ASIDE, 0, 1, INT_MAX},
    {"fd", COLUMN_INT, OF(fd_entry, fd), 0, INT_MAX},
    CODE(fd_entry, kind, FD_TTY),
    {"access", COLUMN_U32, OF(fd_entry, access), 0, FD_READ | FD_WRITE},
    ID(fd_entry, device),
    ID(fd_entry, inode),
    TEXT(fd_entry, target_text),
};

static const struct column channel_columns[] = {
    ID(channel, device),
    ID(channel, inode),
    FIGURE(channel, fill_bytes),
    CODE(channel, kind, CHANNEL_SOCKETPAIR),
    ID(channel, peer_inode),
    TEXT(channel, path_text),
    FIGURE(channel, capacity_bytes),
    ERRNO(channel, fill_error),
};

/* They are of one look alone: their number there is all that tells them. */
static const struct column event_columns[] = {
    {"number", COLUMN_ASIDE, 0, 0, INT_MAX},
    CODE(event, kind, EVENT_LOST),
    CODE(event, obtained, OBTAINED_BOUND),
    {"time_ns", COLUMN_U64, OF(event, time_ns), 0, FIGURE_MAX},
    CODE(event, pid, INT_MAX),
    ID(event, start_ticks),
    CODE(event, other, INT_MAX),
    {"status", COLUMN_INT, OF(event, status), -1, 0xffff},
    {"count", COLUMN_I64, OF(event, count), 0, FIGURE_MAX},
    {"comm", COLUMN_COMM, OF(event, comm), 0, 0},
};

/* Pages there can be of an address space, and bytes of a page that the kernel has: products fit. */
#define PAGES_MAX      (INT64_C(1) << 36)
#define PAGE_BYTES_MAX (1 << 16)

static const struct column region_columns[] = {
    {"number", COLUMN_ASIDE, 0, 0, REGIONS_MAX - 1},
    {"cells", COLUMN_CELLS, 0, 0, 0},
    FIGURE(region, private_pages),
    FIGURE(region, shared_pages),
    FIGURE(region, absent_pages),
    FIGURE(region, swapped_pages),
    FIGURE(region, rss_bytes),
    FIGURE(region, pss_bytes),
    FIGURE(region, private_bytes),
    FIGURE(region, shared_bytes),
    {"pid", COLUMN_INT, OF(region, pid), 1, INT_MAX},
    ID(region, start),
    {"bytes", COLUMN_U64, OF(region, bytes), 0, FIGURE_MAX},
    TEXT(region, name_text),
    ERRNO(region, error),
    CODE(region, obtained, OBTAINED_BOUND),
    {"page_bytes", COLUMN_I64, OF(region, page_bytes), 0, PAGE_BYTES_MAX},
    {"pages_per_cell", COLUMN_I64, OF(region, pages_per_cell), 1, PAGES_MAX},
    FIGURE(region, pages_read),
};

static const struct column detail_columns[] = {
    {"pid", COLUMN_INT, OF(details, pid), 1, INT_MAX},
    FIGURE(details, rss_anonymous_bytes),
    FIGURE(details, rss_file_bytes),
    FIGURE(details, highest_rss_bytes),
    ID(details, signals.pending),
    ID(details, signals.all_pending),
    ID(details, signals.blocked),
    ID(details, signals.ignored),
    ID(details, signals.caught),
    FIGURE(details, rss_shared_bytes),
    FIGURE(details, swapped_bytes),
    {"uid_real", COLUMN_I64, OF(details, uids[ID_REAL]), -1, FIGURE_MAX},
    {"uid_effective", COLUMN_I64, OF(details, uids[ID_EFFECTIVE]), -1, FIGURE_MAX},
    {"uid_saved", COLUMN_I64, OF(details, uids[ID_SAVED]), -1, FIGURE_MAX},
    {"gid_real", COLUMN_I64, OF(details, gids[ID_REAL]), -1, FIGURE_MAX},
    {"gid_effective", COLUMN_I64, OF(details, gids[ID_EFFECTIVE]), -1, FIGURE_MAX},
    {"gid_saved", COLUMN_I64, OF(details, gids[ID_SAVED]), -1, FIGURE_MAX},
    TEXT(details, groups_text),
    FLAG(details, has_signals),
    FLAG(details, has_capabilities),
    ID(details, capabilities),
    {"no_new_privs", COLUMN_INT, OF(details, no_new_privs), -1, 1},
    {"seccomp", COLUMN_INT, OF(details, seccomp), -1, 2},
    FIGURE(details, umask),
    TEXT(details, executable_text),
    TEXT(details, folder_text),
    TEXT(details, cgroup_text),
    FIGURE(details, environment_bytes),
    FIGURE(details, environment_variables),
    ERRNO(details, status_error),
    ERRNO(details, limits_error),
    ERRNO(details, executable_error),
    ERRNO(details, folder_error),
    ERRNO(details, cgroup_error),
    ERRNO(details, environment_error),
    ERRNO(details, maps_error),
};

/* LIMIT_NONE is the largest there is. */
#define LIMIT(name, kind)                                                                          \
    {name "_soft", COLUMN_I64, OF(details, limits[kind].soft), -1, INT64_MAX},                     \
    {                                                                                              \
        name "_hard", COLUMN_I64, OF(details, limits[kind].hard), -1, INT64_MAX                    \
    }
#define MAPS(name, kind)                                                                           \
    {name "_maps", COLUMN_I64, OF(details, maps[kind].n), 0, MAPS_MAX},                            \
    {                                                                                              \
        name "_bytes", COLUMN_I64, OF(details, maps[kind].bytes), 0, MAPS_MAX                      \
    }

/* Sums of all kinds do not overflow. */
#define MAPS_MAX (FIGURE_MAX / MAP_KIND_COUNT)

/* The other half of the same rows, a row each: a table has 40 columns at most. */
static const struct column detail_sum_columns[] = {
    {"pid", COLUMN_ASIDE, 0, 1, INT_MAX},
    MAPS("program", MAP_OF_PROGRAM),
    MAPS("library", MAP_OF_LIBRARY),
    MAPS("heap", MAP_OF_HEAP),
    MAPS("stack", MAP_OF_STACK),
    MAPS("anonymous", MAP_ANONYMOUS_PRIVATE),
    MAPS("file", MAP_OF_FILE),
    MAPS("shared", MAP_SHARED_BY_ALL),
    MAPS("kernel", MAP_OF_KERNEL),
    LIMIT("open_files", LIMIT_OPEN_FILES),
    LIMIT("processes", LIMIT_PROCESSES),
    LIMIT("address_space", LIMIT_ADDRESS_SPACE),
    LIMIT("stack", LIMIT_STACK),
    LIMIT("core", LIMIT_CORE),
    LIMIT("cpu", LIMIT_CPU),
    LIMIT("file_size", LIMIT_FILE_SIZE),
};

#define TABLE(name, columns, n_keys)                                                               \
    {                                                                                              \
        name, columns, sizeof(columns) / sizeof(columns)[0], n_keys                                \
    }

const struct table tables[N_TABLES] = {
    [TABLE_LOOK] = TABLE("look", look_columns, 0),
    [TABLE_PROCESSES] = TABLE("processes", process_columns, 1),
    [TABLE_TASKS] = TABLE("tasks", task_columns, 2),
    [TABLE_FDS] = TABLE("fds", fd_columns, 2),
    [TABLE_CHANNELS] = TABLE("channels", channel_columns, 2),
    [TABLE_EVENTS] = TABLE("events", event_columns, 1),
    [TABLE_REGIONS] = TABLE("regions", region_columns, 1),
    [TABLE_DETAILS] = TABLE("details", detail_columns, 1),
    [TABLE_DETAIL_SUMS] = TABLE("detail_sums", detail_sum_columns, 1),
};

/* ---- rows ---------------------------------------------------------------------------------- */

void frame_fini(struct frame *f)
{
    for (int id = 0; id < N_TABLES; id++)
        free(f->tables[id].cells);
    *f = (struct frame){0};
}

void frame_clear(struct frame *f)
{
    for (int id = 0; id < N_TABLES; id++)
        f->tables[id].n = 0;
}

int64_t *frame_row(const struct frame *f, enum table_id id, size_t index)
{
    return f->tables[id].cells + index * tables[id].n_columns;
}

/* Figures are unknown as -1, all else as 0. */
static int64_t unknown_of(const struct column *c)
{
    if (c->type == COLUMN_CHAR)
        return '?';
    return c->min == -1 ? -1 : 0;
}

int64_t *frame_add_row(struct frame *f, enum table_id id)
{
    struct rows *rows = &f->tables[id];
    const struct table *t = &tables[id];
    if (rows->n == ROWS_MAX)
        return NULL;
    if (rows->n == rows->cap) {
        size_t cap = rows->cap ? rows->cap * 2 : 16;
        int64_t *cells = realloc(rows->cells, cap * t->n_columns * sizeof *cells);
        if (!cells)
            return NULL;
        rows->cells = cells;
        rows->cap = cap;
    }
    int64_t *row = frame_row(f, id, rows->n++);
    for (size_t i = 0; i < t->n_columns; i++)
        row[i] = unknown_of(&t->columns[i]);
    return row;
}

int frame_compare(enum table_id id, const int64_t *a, const int64_t *b)
{
    for (size_t i = 0; i < tables[id].n_keys; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

/* ---- from a snapshot ------------------------------------------------------------------------ */

struct taking {
    struct frame *f;
    struct texts *texts;
    const struct snapshot *s;
    int error;
};

static int64_t take_text(struct taking *t, const char *bytes, size_t len)
{
    int64_t number = texts_number(t->texts, bytes, len);
    if (number < 0)
        t->error = -ENOMEM;
    return number;
}

/* A digit a cell: its enum page_state. */
static int64_t take_cells(struct taking *t, const struct region *r)
{
    char digits[CELLS_MAX];
    size_t n;
    const uint8_t *cells = snapshot_cells(t->s, r, &n);
    n = n < CELLS_MAX ? n : CELLS_MAX;
    for (size_t i = 0; i < n; i++)
        digits[i] = (char)('0' + cells[i]);
    return take_text(t, digits, n);
}

static int64_t take_cell(struct taking *t, const struct column *c, const void *from, int64_t aside)
{
    const char *at = (const char *)from + c->offset;
    size_t len;
    switch (c->type) {
    case COLUMN_INT:
        return *(const int *)(const void *)at;
    case COLUMN_U32:
        return *(const uint32_t *)(const void *)at;
    case COLUMN_I64:
        return *(const int64_t *)(const void *)at;
    case COLUMN_U64:
        return (int64_t) * (const uint64_t *)(const void *)at;
    case COLUMN_CHAR:
        return *at;
    case COLUMN_BOOL:
        return *(const bool *)(const void *)at;
    case COLUMN_TEXT:
        at = snapshot_text(t->s, *(const uint32_t *)(const void *)at);
        return take_text(t, at, strlen(at));
    case COLUMN_ARGS:
        at = snapshot_args(t->s, from, &len);
        return take_text(t, at, len);
    case COLUMN_COMM:
        return take_text(t, at, strnlen(at, EVENT_COMM_BYTES));
    case COLUMN_CELLS:
        return take_cells(t, from);
    case COLUMN_ASIDE:
        return aside;
    }
    return 0;
}

static void take_row(struct taking *t, enum table_id id, const void *from, int64_t aside)
{
    int64_t *row = frame_add_row(t->f, id);
    if (!row) {
        t->error = -ENOMEM;
        return;
    }
    for (size_t i = 0; i < tables[id].n_columns; i++)
        row[i] = take_cell(t, &tables[id].columns[i], from, aside);
}

static bool is_same_text(const struct snapshot *s, uint32_t a, uint32_t b)
{
    return a == b || strcmp(snapshot_text(s, a), snapshot_text(s, b)) == 0;
}

/* All that a row of its only task would say is in the process's own. */
static bool is_only_task(const struct snapshot *s, const struct process *p, const struct task *t)
{
    return t->tid == p->pid && t->state == p->state && t->last_cpu == p->last_cpu &&
           t->run_ns == p->run_ns && t->queued_ns == p->queued_ns && t->voluntary == p->voluntary &&
           t->involuntary == p->involuntary && t->waiting.kind == p->waiting.kind &&
           t->waiting.fd == p->waiting.fd && is_same_text(s, t->comm_text, p->comm_text) &&
           is_same_text(s, t->waiting.syscall_text, p->waiting.syscall_text) &&
           is_same_text(s, t->waiting.channel_text, p->waiting.channel_text);
}

static void take_process(struct taking *t, const struct process *p)
{
    size_t n_tasks, n_fds;
    const struct task *tasks = snapshot_tasks(t->s, p, &n_tasks);
    const struct fd_entry *fds = snapshot_fds(t->s, p, &n_fds);
    bool is_only = n_tasks == 1 && is_only_task(t->s, p, tasks);
    take_row(t, TABLE_PROCESSES, p, is_only);
    for (size_t i = 0; i < n_tasks && !is_only; i++)
        take_row(t, TABLE_TASKS, &tasks[i], p->pid);
    for (size_t i = 0; i < n_fds; i++)
        take_row(t, TABLE_FDS, &fds[i], p->pid);
}

int frame_take(struct frame *f, struct texts *texts, const struct snapshot *s)
{
    struct taking t = {.f = f, .texts = texts, .s = s};
    f->time_ns = s->time_ns;
    take_row(&t, TABLE_LOOK, s, 0);
    for (size_t i = 0; i < s->n_processes && !t.error; i++)
        take_process(&t, &s->processes[i]);
    for (size_t i = 0; i < s->n_channels; i++)
        take_row(&t, TABLE_CHANNELS, &s->channels[i], 0);
    for (size_t i = 0; i < s->n_events && !t.error; i++)
        take_row(&t, TABLE_EVENTS, &s->events[i], (int)i);
    for (size_t i = 0; i < s->n_regions && i < REGIONS_MAX; i++)
        take_row(&t, TABLE_REGIONS, &s->regions[i], (int64_t)i);
    for (size_t i = 0; i < s->n_details && !t.error; i++) {
        take_row(&t, TABLE_DETAILS, &s->details[i], 0);
        take_row(&t, TABLE_DETAIL_SUMS, &s->details[i], s->details[i].pid);
    }
    return t.error;
}

/* ---- to a snapshot -------------------------------------------------------------------------- */

struct giving {
    const struct frame *f;
    const struct texts *texts;
    uint32_t *offsets; /* of each text in s; 0: it is not there yet */
    struct snapshot *s;
    int error;
    size_t next[N_TABLES]; /* row */
};

static uint32_t give_text(struct giving *g, int64_t number)
{
    if (number < 0 || (uint64_t)number > g->texts->n) {
        g->error = -EBADMSG;
        return 0;
    }
    if (number == 0)
        return 0;
    if (!g->offsets[number - 1]) {
        size_t len;
        const char *bytes = texts_get(g->texts, (size_t)number, &len);
        g->offsets[number - 1] = snapshot_add_text(g->s, bytes, len);
        if (len && !g->offsets[number - 1])
            g->error = -ENOMEM;
    }
    return g->offsets[number - 1];
}

static void give_args(struct giving *g, struct process *p, int64_t number)
{
    size_t len = 0;
    p->args_text = give_text(g, number);
    if (p->args_text)
        texts_get(g->texts, (size_t)number, &len);
    p->args_bytes = (uint32_t)len;
}

static void give_comm(struct giving *g, char *comm, int64_t number)
{
    size_t len = 0;
    if (number < 0 || (uint64_t)number > g->texts->n)
        g->error = -EBADMSG;
    else if (number > 0)
        snprintf(comm, EVENT_COMM_BYTES, "%s", texts_get(g->texts, (size_t)number, &len));
}

/* Into the region that was added last. */
static void give_cells(struct giving *g, int64_t number)
{
    size_t len = 0;
    if (number < 0 || (uint64_t)number > g->texts->n) {
        g->error = -EBADMSG;
        return;
    }
    const char *digits = number > 0 ? texts_get(g->texts, (size_t)number, &len) : "";
    for (size_t i = 0; i < len && !g->error; i++)
        if (digits[i] < '0' || digits[i] > '0' + PAGE_MIXED)
            g->error = -EBADMSG;
    if (len > CELLS_MAX)
        g->error = -EBADMSG;
    if (g->error || len == 0)
        return;
    uint8_t *cells = snapshot_add_cells(g->s, len);
    if (!cells)
        g->error = -ENOMEM;
    for (size_t i = 0; i < len && cells; i++)
        cells[i] = (uint8_t)(digits[i] - '0');
}

static void give_cell(struct giving *g, const struct column *c, int64_t value, void *to)
{
    void *at = (char *)to + c->offset;
    if ((c->min || c->max) && (value < c->min || value > c->max)) {
        g->error = -EBADMSG;
        return;
    }
    switch (c->type) {
    case COLUMN_INT:
        *(int *)at = (int)value;
        break;
    case COLUMN_U32:
        *(uint32_t *)at = (uint32_t)value;
        break;
    case COLUMN_I64:
    case COLUMN_U64:
        *(int64_t *)at = value;
        break;
    case COLUMN_CHAR:
        *(char *)at = (char)value;
        break;
    case COLUMN_BOOL:
        *(bool *)at = value;
        break;
    case COLUMN_TEXT:
        *(uint32_t *)at = give_text(g, value);
        break;
    case COLUMN_ARGS:
        give_args(g, to, value);
        break;
    case COLUMN_COMM:
        give_comm(g, at, value);
        break;
    case COLUMN_CELLS:
        give_cells(g, value);
        break;
    case COLUMN_ASIDE:
        break;
    }
}

static void give_row(struct giving *g, enum table_id id, void *to)
{
    if (!to) {
        g->error = -ENOMEM;
        return;
    }
    const int64_t *row = frame_row(g->f, id, g->next[id]++);
    for (size_t i = 0; i < tables[id].n_columns; i++)
        give_cell(g, &tables[id].columns[i], row[i], to);
}

/* Is the next row of this table one of that process? */
static bool is_of(const struct giving *g, enum table_id id, pid_t pid)
{
    size_t next = g->next[id];
    return !g->error && next < g->f->tables[id].n && *frame_row(g->f, id, next) == pid;
}

/* See is_only_task(). */
static void give_only_task(struct giving *g, const struct process *p)
{
    struct task *t = snapshot_add_task(g->s, p->pid);
    if (!t) {
        g->error = -ENOMEM;
        return;
    }
    t->state = p->state;
    t->last_cpu = p->last_cpu;
    t->comm_text = p->comm_text;
    t->run_ns = p->run_ns;
    t->queued_ns = p->queued_ns;
    t->voluntary = p->voluntary;
    t->involuntary = p->involuntary;
    t->waiting = p->waiting;
}

static void give_process(struct giving *g)
{
    const int64_t *row = frame_row(g->f, TABLE_PROCESSES, g->next[TABLE_PROCESSES]);
    bool is_only = row[tables[TABLE_PROCESSES].n_columns - 1] != 0;
    struct process *p = snapshot_add_process(g->s, 0);
    give_row(g, TABLE_PROCESSES, p);
    if (g->error)
        return;
    pid_t pid = p->pid;
    size_t n = g->s->n_processes;
    if ((n > 1 && p[-1].pid >= pid) || (is_only && is_of(g, TABLE_TASKS, pid)))
        g->error = -EBADMSG;
    else if (is_only)
        give_only_task(g, p);
    while (is_of(g, TABLE_TASKS, pid))
        give_row(g, TABLE_TASKS, snapshot_add_task(g->s, 0));
    while (is_of(g, TABLE_FDS, pid))
        give_row(g, TABLE_FDS, snapshot_add_fd(g->s, 0));
}

/* Whoever draws divides by what a page has, and says why there are none. */
static void give_region(struct giving *g)
{
    const int64_t *row = frame_row(g->f, TABLE_REGIONS, g->next[TABLE_REGIONS]);
    struct region *r = snapshot_add_region(g->s, 0);
    bool is_in_order = *row == (int64_t)g->s->n_regions - 1;
    give_row(g, TABLE_REGIONS, r);
    if (!g->error && (!is_in_order || (!r->error && (r->page_bytes < 1 || r->bytes < 1))))
        g->error = -EBADMSG;
}

static void give_details(struct giving *g)
{
    struct details *d = snapshot_add_details(g->s, 0);
    give_row(g, TABLE_DETAILS, d);
    if (!g->error && g->s->n_details > 1 && d[-1].pid >= d->pid)
        g->error = -EBADMSG;
    if (!g->error && is_of(g, TABLE_DETAIL_SUMS, d->pid))
        give_row(g, TABLE_DETAIL_SUMS, d);
}

int frame_give(const struct frame *f, struct texts *texts, struct snapshot **out)
{
    struct giving g = {.f = f, .texts = texts, .s = snapshot_new()};
    g.offsets = calloc(texts->n + 1, sizeof *g.offsets);
    if (!g.s || !g.offsets)
        g.error = -ENOMEM;
    else if (f->tables[TABLE_LOOK].n != 1 || f->time_ns > FIGURE_MAX)
        g.error = -EBADMSG;
    else
        give_row(&g, TABLE_LOOK, g.s);
    while (!g.error && g.next[TABLE_PROCESSES] < f->tables[TABLE_PROCESSES].n)
        give_process(&g);
    while (!g.error && g.next[TABLE_CHANNELS] < f->tables[TABLE_CHANNELS].n)
        give_row(&g, TABLE_CHANNELS, snapshot_add_channel(g.s, CHANNEL_PIPE, 0, 0));
    while (!g.error && g.next[TABLE_EVENTS] < f->tables[TABLE_EVENTS].n)
        give_row(&g, TABLE_EVENTS, snapshot_add_event(g.s, EVENT_FORK));
    while (!g.error && g.next[TABLE_REGIONS] < f->tables[TABLE_REGIONS].n)
        give_region(&g);
    while (!g.error && g.next[TABLE_DETAILS] < f->tables[TABLE_DETAILS].n)
        give_details(&g);
    for (int id = 0; id < N_TABLES && !g.error; id++)
        if (g.next[id] < f->tables[id].n)
            g.error = -EBADMSG;
    free(g.offsets);
    if (g.error) {
        snapshot_free(g.s);
        return g.error;
    }
    g.s->time_ns = f->time_ns;
    snapshot_finish(g.s);
    *out = g.s;
    return 0;
}
