#include "model/snapshot.h"

#include <stdlib.h>
#include <string.h>

struct snapshot *snapshot_new(void)
{
    struct snapshot *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->cap_strings = 256;
    s->strings = calloc(1, s->cap_strings);
    if (!s->strings) {
        free(s);
        return NULL;
    }
    s->strings_bytes = 1; /* offset 0: "" */
    s->obtained = OBTAINED_SAMPLED;
    s->births = -1;
    s->births_before = -1;
    s->hidden = -1;
    return s;
}

void snapshot_free(struct snapshot *s)
{
    if (!s)
        return;
    free(s->processes);
    free(s->tasks);
    free(s->fds);
    free(s->channels);
    free(s->regions);
    free(s->cells);
    free(s->events);
    free(s->details);
    free(s->strings);
    free(s);
}

/* Make room for `need` elements in *table. False: out of memory, nothing changed. */
static bool reserve(void **table, size_t *cap, size_t need, size_t element_bytes)
{
    if (need <= *cap)
        return true;
    size_t cap_new = *cap ? *cap * 2 : 16;
    while (cap_new < need)
        cap_new *= 2;
    void *grown = realloc(*table, cap_new * element_bytes);
    if (!grown)
        return false;
    *table = grown;
    *cap = cap_new;
    return true;
}

struct process *snapshot_add_process(struct snapshot *s, pid_t pid)
{
    void *table = s->processes;
    if (!reserve(&table, &s->cap_processes, s->n_processes + 1, sizeof *s->processes))
        return NULL;
    s->processes = table;
    struct process *p = &s->processes[s->n_processes++];
    *p = (struct process){
        .pid = pid,
        .state = '?',
        .last_cpu = -1,
        .exit_status = -1,
        .uid = -1,
        .minor_faults = -1,
        .major_faults = -1,
        .user_ticks = -1,
        .system_ticks = -1,
        .rss_bytes = -1,
        .run_ns = -1,
        .queued_ns = -1,
        .voluntary = -1,
        .involuntary = -1,
        .read_bytes = -1,
        .written_bytes = -1,
        .waiting = {.fd = -1},
        .first_task = s->n_tasks,
        .first_fd = s->n_fds,
    };
    return p;
}

struct task *snapshot_add_task(struct snapshot *s, pid_t tid)
{
    void *table = s->tasks;
    if (!reserve(&table, &s->cap_tasks, s->n_tasks + 1, sizeof *s->tasks))
        return NULL;
    s->tasks = table;
    struct task *t = &s->tasks[s->n_tasks++];
    *t = (struct task){
        .tid = tid,
        .state = '?',
        .last_cpu = -1,
        .run_ns = -1,
        .queued_ns = -1,
        .voluntary = -1,
        .involuntary = -1,
        .waiting = {.fd = -1},
    };
    s->processes[s->n_processes - 1].n_tasks++;
    return t;
}

struct fd_entry *snapshot_add_fd(struct snapshot *s, int fd)
{
    void *table = s->fds;
    if (!reserve(&table, &s->cap_fds, s->n_fds + 1, sizeof *s->fds))
        return NULL;
    s->fds = table;
    struct fd_entry *e = &s->fds[s->n_fds++];
    *e = (struct fd_entry){.fd = fd};
    s->processes[s->n_processes - 1].n_fds++;
    return e;
}

struct channel *snapshot_add_channel(struct snapshot *s, enum channel_kind kind, uint64_t device,
                                     uint64_t inode)
{
    void *table = s->channels;
    if (!reserve(&table, &s->cap_channels, s->n_channels + 1, sizeof *s->channels))
        return NULL;
    s->channels = table;
    struct channel *c = &s->channels[s->n_channels++];
    *c = (struct channel){
        .kind = kind,
        .device = device,
        .inode = inode,
        .capacity_bytes = -1,
        .fill_bytes = -1,
    };
    return c;
}

struct region *snapshot_add_region(struct snapshot *s, pid_t pid)
{
    void *table = s->regions;
    if (!reserve(&table, &s->cap_regions, s->n_regions + 1, sizeof *s->regions))
        return NULL;
    s->regions = table;
    struct region *r = &s->regions[s->n_regions++];
    *r = (struct region){
        .pid = pid,
        .pages_per_cell = 1,
        .private_pages = -1,
        .shared_pages = -1,
        .swapped_pages = -1,
        .absent_pages = -1,
        .first_cell = s->n_cells,
        .rss_bytes = -1,
        .pss_bytes = -1,
        .private_bytes = -1,
        .shared_bytes = -1,
    };
    return r;
}

uint8_t *snapshot_add_cells(struct snapshot *s, size_t n)
{
    void *table = s->cells;
    if (!reserve(&table, &s->cap_cells, s->n_cells + n, 1))
        return NULL;
    s->cells = table;
    uint8_t *cells = s->cells + s->n_cells;
    memset(cells, PAGE_ABSENT, n);
    s->n_cells += n;
    s->regions[s->n_regions - 1].n_cells = n;
    return cells;
}

struct event *snapshot_add_event(struct snapshot *s, enum event_kind kind)
{
    void *table = s->events;
    if (!reserve(&table, &s->cap_events, s->n_events + 1, sizeof *s->events))
        return NULL;
    s->events = table;
    struct event *e = &s->events[s->n_events++];
    *e = (struct event){.kind = kind, .obtained = OBTAINED_EXACT, .status = -1};
    return e;
}

void details_init(struct details *d, pid_t pid)
{
    *d = (struct details){
        .pid = pid,
        .uids = {-1, -1, -1},
        .gids = {-1, -1, -1},
        .no_new_privs = -1,
        .seccomp = -1,
        .umask = -1,
        .rss_anonymous_bytes = -1,
        .rss_file_bytes = -1,
        .rss_shared_bytes = -1,
        .swapped_bytes = -1,
        .highest_rss_bytes = -1,
        .environment_bytes = -1,
        .environment_variables = -1,
    };
    for (int i = 0; i < LIMIT_COUNT; i++)
        d->limits[i] = (struct limit){-1, -1};
}

struct details *snapshot_add_details(struct snapshot *s, pid_t pid)
{
    /* As many as are needed: there mostly is one, and history keeps it at each look. */
    struct details *grown = realloc(s->details, (s->n_details + 1) * sizeof *grown);
    if (!grown)
        return NULL;
    s->details = grown;
    details_init(&s->details[s->n_details], pid);
    return &s->details[s->n_details++];
}

uint32_t snapshot_add_text(struct snapshot *s, const char *bytes, size_t len)
{
    if (len == 0 || len > UINT32_MAX / 2 || s->strings_bytes > UINT32_MAX / 2)
        return 0;
    void *table = s->strings;
    if (!reserve(&table, &s->cap_strings, s->strings_bytes + len + 1, 1))
        return 0;
    s->strings = table;
    uint32_t offset = (uint32_t)s->strings_bytes;
    memcpy(s->strings + offset, bytes, len);
    s->strings[offset + len] = '\0';
    s->strings_bytes += len + 1;
    return offset;
}

static int compare_processes(const void *a, const void *b)
{
    const struct process *p = a, *q = b;
    return (p->pid > q->pid) - (p->pid < q->pid);
}

static int compare_ids(uint64_t a_device, uint64_t a_inode, uint64_t b_device, uint64_t b_inode)
{
    if (a_device != b_device)
        return a_device < b_device ? -1 : 1;
    return (a_inode > b_inode) - (a_inode < b_inode);
}

static int compare_channels(const void *a, const void *b)
{
    const struct channel *c = a, *d = b;
    return compare_ids(c->device, c->inode, d->device, d->inode);
}

static int compare_details(const void *a, const void *b)
{
    const struct details *d = a, *e = b;
    return (d->pid > e->pid) - (d->pid < e->pid);
}

void snapshot_finish(struct snapshot *s)
{
    if (s->n_processes > 1)
        qsort(s->processes, s->n_processes, sizeof *s->processes, compare_processes);
    if (s->n_channels > 1)
        qsort(s->channels, s->n_channels, sizeof *s->channels, compare_channels);
    if (s->n_details > 1)
        qsort(s->details, s->n_details, sizeof *s->details, compare_details);
}

size_t snapshot_size_bytes(const struct snapshot *s)
{
    return sizeof *s + s->cap_processes * sizeof *s->processes + s->cap_tasks * sizeof *s->tasks +
           s->cap_fds * sizeof *s->fds + s->cap_channels * sizeof *s->channels +
           s->cap_regions * sizeof *s->regions + s->cap_cells + s->cap_events * sizeof *s->events +
           s->n_details * sizeof *s->details + s->cap_strings;
}

const char *snapshot_text(const struct snapshot *s, uint32_t offset)
{
    return offset < s->strings_bytes ? s->strings + offset : "";
}

/* How many rows from first on are really there. */
static size_t rows_within(size_t first, size_t n, size_t table_rows)
{
    return first <= table_rows && n <= table_rows - first ? n : 0;
}

const struct fd_entry *snapshot_fds(const struct snapshot *s, const struct process *p, size_t *n)
{
    *n = rows_within(p->first_fd, p->n_fds, s->n_fds);
    return *n ? &s->fds[p->first_fd] : NULL;
}

const struct task *snapshot_tasks(const struct snapshot *s, const struct process *p, size_t *n)
{
    *n = rows_within(p->first_task, p->n_tasks, s->n_tasks);
    return *n ? &s->tasks[p->first_task] : NULL;
}

const char *snapshot_args(const struct snapshot *s, const struct process *p, size_t *len)
{
    *len = rows_within(p->args_text, p->args_bytes, s->strings_bytes);
    return *len ? s->strings + p->args_text : "";
}

const uint8_t *snapshot_cells(const struct snapshot *s, const struct region *r, size_t *n)
{
    *n = rows_within(r->first_cell, r->n_cells, s->n_cells);
    return *n ? s->cells + r->first_cell : NULL;
}

const struct details *snapshot_find_details(const struct snapshot *s, pid_t pid)
{
    for (size_t i = 0; i < s->n_details; i++)
        if (s->details[i].pid == pid)
            return &s->details[i];
    return NULL;
}

const struct process *snapshot_find(const struct snapshot *s, pid_t pid)
{
    struct process key = {.pid = pid};
    if (s->n_processes == 0)
        return NULL;
    return bsearch(&key, s->processes, s->n_processes, sizeof key, compare_processes);
}

const struct process *snapshot_find_same(const struct snapshot *s, const struct process *other)
{
    const struct process *p = snapshot_find(s, other->pid);
    return p && p->start_ticks == other->start_ticks ? p : NULL;
}

const struct channel *snapshot_find_channel(const struct snapshot *s, uint64_t device,
                                            uint64_t inode)
{
    struct channel key = {.device = device, .inode = inode};
    if (s->n_channels == 0)
        return NULL;
    return bsearch(&key, s->channels, s->n_channels, sizeof key, compare_channels);
}

bool process_is_zombie(const struct process *p)
{
    return (p->state == 'Z' || p->state == 'X') && p->n_threads <= 1;
}

const char *events_from_name(enum events_from from)
{
    static const char *const names[] = {"polled", "perf", "connector", "ptrace"};
    return names[from];
}

const char *obtained_name(enum obtained how)
{
    static const char *const names[] = {
        [OBTAINED_UNKNOWN] = "unknown", [OBTAINED_EXACT] = "exact",
        [OBTAINED_SAMPLED] = "sampled", [OBTAINED_ESTIMATE] = "estimate",
        [OBTAINED_BOUND] = "bound",
    };
    return names[how];
}

const char *wait_kind_name(enum wait_kind kind)
{
    static const char *const names[] = {
        [WAIT_UNKNOWN] = "?",           [WAIT_NOTHING] = "",
        [WAIT_PIPE_READ] = "pipe read", [WAIT_PIPE_WRITE] = "pipe write",
        [WAIT_CHILD] = "wait",          [WAIT_FUTEX] = "futex",
        [WAIT_POLL] = "poll",           [WAIT_SLEEP] = "sleep",
        [WAIT_SOCKET] = "socket",       [WAIT_TTY] = "tty",
        [WAIT_SIGNAL] = "signal",       [WAIT_OTHER] = "other",
    };
    return names[kind];
}

const char *channel_kind_name(enum channel_kind kind)
{
    static const char *const names[] = {
        [CHANNEL_PIPE] = "pipe",
        [CHANNEL_FIFO] = "fifo",
        [CHANNEL_SOCKETPAIR] = "socketpair",
    };
    return names[kind];
}

const char *fd_kind_name(enum fd_kind kind)
{
    static const char *const names[] = {
        [FD_OTHER] = "other",   [FD_PIPE] = "pipe", [FD_FIFO] = "fifo",
        [FD_SOCKET] = "socket", [FD_TTY] = "tty",
    };
    return names[kind];
}

const char *limit_kind_name(enum limit_kind kind)
{
    static const char *const names[] = {
        [LIMIT_OPEN_FILES] = "open files",
        [LIMIT_PROCESSES] = "processes",
        [LIMIT_ADDRESS_SPACE] = "address space",
        [LIMIT_STACK] = "stack",
        [LIMIT_CORE] = "core file",
        [LIMIT_CPU] = "CPU time",
        [LIMIT_FILE_SIZE] = "file size",
    };
    return (unsigned)kind < LIMIT_COUNT ? names[kind] : "?";
}

const char *map_kind_name(enum map_kind kind)
{
    static const char *const names[] = {
        [MAP_OF_PROGRAM] = "program",
        [MAP_OF_LIBRARY] = "libraries",
        [MAP_OF_HEAP] = "heap",
        [MAP_OF_STACK] = "stack",
        [MAP_ANONYMOUS_PRIVATE] = "anonymous",
        [MAP_OF_FILE] = "files",
        [MAP_SHARED_BY_ALL] = "shared",
        [MAP_OF_KERNEL] = "kernel's",
    };
    return (unsigned)kind < MAP_KIND_COUNT ? names[kind] : "?";
}
