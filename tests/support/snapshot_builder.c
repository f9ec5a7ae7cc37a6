#include "support/snapshot_builder.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

static void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("snapshot_builder: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    abort();
}

static uint32_t add_text(struct snapshot *s, const char *text)
{
    return snapshot_add_text(s, text, strlen(text));
}

/* "key=..." -> what follows; NULL: another word. */
static const char *value_of(const char *word, const char *key)
{
    size_t n = strlen(key);
    return strncmp(word, key, n) == 0 && word[n] == '=' ? word + n + 1 : NULL;
}

static bool take_number(const char *word, const char *key, int64_t *out)
{
    const char *value = value_of(word, key);
    if (!value)
        return false;
    char *end;
    *out = strtoll(value, &end, 0);
    if (*end || end == value)
        fail("no number: %s", word);
    return true;
}

uint64_t build_inode(const char *name)
{
    if (isdigit((unsigned char)*name))
        return strtoull(name, NULL, 10);
    uint64_t n = 0;
    for (; isalnum((unsigned char)*name); name++)
        n = n * 37 + (uint64_t)(*name - 'a' + 1);
    return 5500 + n;
}

/* ---- snap, pipe, fifo, pair ------------------------------------------------------------ */

static void set_snap(struct snapshot *s, const char *word)
{
    int64_t n;
    if (take_number(word, "time_ms", &n))
        s->time_ns = (uint64_t)n * 1000000;
    else if (take_number(word, "root", &n))
        s->root_pid = (pid_t)n, s->hidden = 0;
    else if (take_number(word, "adopter", &n))
        s->adopter_pid = (pid_t)n;
    else if (take_number(word, "births", &n))
        s->births = n;
    else if (take_number(word, "before", &n))
        s->births_before = n;
    else if (take_number(word, "hidden", &n))
        s->hidden = n;
    else if (strcmp(word, "exact") == 0)
        s->obtained = OBTAINED_EXACT;
    else if (strcmp(word, "perf") == 0)
        s->events_from = EVENTS_PERF;
    else if (strcmp(word, "connector") == 0)
        s->events_from = EVENTS_CONNECTOR;
    else
        fail("snap: what is %s?", word);
}

static void add_pipe(struct snapshot *s, enum channel_kind kind, char **words, size_t n)
{
    if (n < 2)
        fail("a pipe without a name");
    struct channel *c = snapshot_add_channel(s, kind, BUILD_PIPE_DEVICE, build_inode(words[1]));
    for (size_t i = 2; i < n; i++) {
        int64_t value;
        if (take_number(words[i], "fill", &value))
            c->fill_bytes = value;
        else if (take_number(words[i], "cap", &value))
            c->capacity_bytes = value;
        else if (take_number(words[i], "err", &value))
            c->fill_error = (int)value;
        else if (value_of(words[i], "path"))
            c->path_text = add_text(s, value_of(words[i], "path"));
        else
            fail("pipe: what is %s?", words[i]);
    }
}

static void add_pair(struct snapshot *s, char **words, size_t n)
{
    if (n < 3)
        fail("a pair wants two names");
    uint64_t a = build_inode(words[1]), b = build_inode(words[2]);
    for (int direction = 0; direction < 2; direction++) {
        struct channel *c =
            snapshot_add_channel(s, CHANNEL_SOCKETPAIR, BUILD_SOCK_DEVICE, direction ? b : a);
        c->peer_inode = direction ? a : b;
        for (size_t i = 3; i < n; i++) {
            int64_t value;
            if (take_number(words[i], direction ? "fill2" : "fill", &value))
                c->fill_bytes = value;
            else if (take_number(words[i], "err", &value))
                c->fill_error = (int)value;
        }
    }
}

/* ---- events ---------------------------------------------------------------------------- */

static const struct {
    const char *word;
    enum event_kind kind;
} event_words[] = {
    {"fork", EVENT_FORK}, {"exec", EVENT_EXEC}, {"exit", EVENT_EXIT}, {"lost", EVENT_LOST}};

/* Is this statement one? Then it is added. */
static bool add_event(struct snapshot *s, char **words, size_t n)
{
    size_t kind = 0;
    while (kind < 4 && strcmp(words[0], event_words[kind].word) != 0)
        kind++;
    if (kind == 4)
        return false;
    if (n < 2)
        fail("%s: of whom?", words[0]);
    struct event *e = snapshot_add_event(s, event_words[kind].kind);
    e->time_ns = s->time_ns;
    if (e->kind == EVENT_LOST)
        e->count = atoi(words[1]);
    else
        e->pid = atoi(words[1]);
    e->start_ticks = 10 * (uint64_t)e->pid;
    for (size_t i = 2; i < n; i++) {
        int64_t value;
        if (take_number(words[i], "time_ms", &value))
            e->time_ns = (uint64_t)value * 1000000;
        else if (take_number(words[i], "start", &value))
            e->start_ticks = (uint64_t)value;
        else if (e->kind == EVENT_FORK)
            e->other = atoi(words[i]);
        else if (e->kind == EVENT_EXIT)
            e->status = atoi(words[i]);
        else
            snprintf(e->comm, sizeof e->comm, "%s", words[i]);
    }
    return true;
}

/* ---- processes ------------------------------------------------------------------------- */

/* One thing that a task can be doing. */
struct doing {
    const char *word;
    char state;
    enum wait_kind kind;
    const char *call;
};

static const struct doing doings[] = {
    {"run", 'R', WAIT_NOTHING, NULL},      {"sleep", 'S', WAIT_SLEEP, "clock_nanosleep"},
    {"wait", 'S', WAIT_CHILD, "wait4"},    {"poll", 'S', WAIT_POLL, "poll"},
    {"futex", 'S', WAIT_FUTEX, "futex"},   {"tty", 'S', WAIT_TTY, "read"},
    {"signal", 'S', WAIT_SIGNAL, "pause"}, {"other", 'S', WAIT_OTHER, "flock"},
    {"asleep", 'S', WAIT_UNKNOWN, NULL},   {"disk", 'D', WAIT_UNKNOWN, NULL},
    {"stopped", 'T', WAIT_NOTHING, NULL},  {"traced", 't', WAIT_NOTHING, NULL},
    {"zombie", 'Z', WAIT_NOTHING, NULL},   {"dead", 'X', WAIT_NOTHING, NULL},
    {"read", 'S', WAIT_PIPE_READ, "read"}, {"write", 'S', WAIT_PIPE_WRITE, "write"},
    {"recv", 'S', WAIT_SOCKET, "read"},    {"send", 'S', WAIT_SOCKET, "write"},
};

/* "read(3)" and the like. False: it says something else. */
static bool set_doing(struct snapshot *s, const char *word, char *state, struct waiting *w)
{
    size_t len = strcspn(word, "(=");
    for (size_t i = 0; i < sizeof doings / sizeof *doings; i++) {
        const struct doing *d = &doings[i];
        if (strlen(d->word) != len || strncmp(word, d->word, len) != 0)
            continue;
        *state = d->state;
        *w = (struct waiting){.kind = d->kind, .fd = word[len] == '(' ? atoi(word + len + 1) : -1};
        if (d->call && (w->fd >= 0 || d->kind == WAIT_SOCKET || d->kind < WAIT_PIPE_READ ||
                        d->kind > WAIT_PIPE_WRITE))
            w->syscall_text = add_text(s, d->call);
        return true;
    }
    return false;
}

static void set_other_fd(struct snapshot *s, struct fd_entry *fd, const char *what)
{
    static const struct {
        const char *word, *target;
        enum fd_kind kind;
        unsigned access;
    } kinds[] = {
        {"tty", "/dev/pts/7", FD_TTY, FD_READ | FD_WRITE},
        {"file", "/tmp/file", FD_OTHER, FD_READ | FD_WRITE},
        {"rfile", "/tmp/in", FD_OTHER, FD_READ},
        {"null", "/dev/null", FD_OTHER, FD_READ | FD_WRITE},
        {"epoll", "anon_inode:[eventpoll]", FD_OTHER, FD_READ | FD_WRITE},
        {"sock", "socket:[77]", FD_SOCKET, FD_READ | FD_WRITE},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strcmp(what, kinds[i].word) != 0)
            continue;
        fd->kind = kinds[i].kind;
        fd->access = kinds[i].access;
        fd->device = 5;
        fd->inode = 70 + i;
        fd->target_text = add_text(s, kinds[i].target);
        return;
    }
    fail("a descriptor of %s?", what);
}

static enum fd_kind kind_of_pipe(const struct snapshot *s, uint64_t inode)
{
    for (size_t i = 0; i < s->n_channels; i++)
        if (s->channels[i].inode == inode && s->channels[i].kind == CHANNEL_FIFO)
            return FD_FIFO;
    return FD_PIPE;
}

/* "4>a" and the like. False: it says something else. */
static bool add_fd(struct snapshot *s, const char *word)
{
    char *how;
    long number = strtol(word, &how, 10);
    if (how == word || !strchr("<>?=:", *how) || !*how)
        return false;
    bool is_both = how[0] == '<' && how[1] == '>';
    const char *what = how + 1 + is_both;
    struct fd_entry *fd = snapshot_add_fd(s, (int)number);
    if (*how == ':') {
        set_other_fd(s, fd, what);
        return true;
    }
    fd->inode = build_inode(what);
    fd->kind = *how == '=' ? FD_SOCKET : kind_of_pipe(s, fd->inode);
    fd->device = *how == '=' ? BUILD_SOCK_DEVICE : BUILD_PIPE_DEVICE;
    fd->access = is_both || *how == '=' ? FD_READ | FD_WRITE
                 : *how == '<'          ? FD_READ
                 : *how == '>'          ? FD_WRITE
                                        : 0;
    char target[64];
    snprintf(target, sizeof target, "%s:[%llu]", fd->kind == FD_SOCKET ? "socket" : "pipe",
             (unsigned long long)fd->inode);
    fd->target_text = add_text(s, target);
    return true;
}

/* '_' is a blank; each ',' ends an argument. Returns the bytes, malloc'ed. */
static char *words_from(const char *text, bool is_args)
{
    char *bytes = strdup(text);
    for (char *c = bytes; *c; c++)
        if (*c == '_')
            *c = ' ';
        else if (*c == ',' && is_args)
            *c = '\0';
    return bytes;
}

static bool set_figure(struct process *p, const char *word)
{
    struct {
        const char *key;
        int64_t *field;
    } figures[] = {
        {"uid", &p->uid},
        {"rchar", &p->read_bytes},
        {"wchar", &p->written_bytes},
        {"run_ns", &p->run_ns},
        {"queued_ns", &p->queued_ns},
        {"ticks", &p->user_ticks},
        {"vol", &p->voluntary},
        {"invol", &p->involuntary},
        {"rss", &p->rss_bytes},
        {"minflt", &p->minor_faults},
        {"majflt", &p->major_faults},
    };
    int64_t n;
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        if (take_number(word, figures[i].key, figures[i].field))
            return true;
    if (take_number(word, "start", &n))
        p->start_ticks = (uint64_t)n;
    else if (take_number(word, "session", &n))
        p->session = (pid_t)n;
    else if (take_number(word, "pgrp", &n))
        p->pgrp = (pid_t)n;
    else if (take_number(word, "threads", &n))
        p->n_threads = (int)n;
    else if (take_number(word, "cpu", &n))
        p->last_cpu = (int)n;
    else if (take_number(word, "zombie", &n)) {
        p->state = 'Z';
        p->exit_status = (int)n;
        p->waiting.kind = WAIT_NOTHING;
    } else
        return false;
    return true;
}

static bool set_text(struct snapshot *s, struct process *p, const char *word)
{
    if (value_of(word, "args")) {
        char *args = words_from(value_of(word, "args"), true);
        size_t len = strlen(value_of(word, "args")) + 1;
        p->args_text = snapshot_add_text(s, args, len);
        p->args_bytes = (uint32_t)len;
        free(args);
    } else if (value_of(word, "call")) {
        p->waiting.syscall_text = add_text(s, value_of(word, "call"));
    } else if (value_of(word, "wchan")) {
        p->waiting.channel_text = add_text(s, value_of(word, "wchan"));
    } else {
        return false;
    }
    return true;
}

static bool set_flag(struct process *p, const char *word)
{
    if (strcmp(word, "noaccess") == 0)
        p->fds_error = EACCES;
    else if (strcmp(word, "gone") == 0)
        p->fds_error = ENOENT;
    else if (strcmp(word, "undetailed") == 0)
        p->is_detailed = false;
    else if (strcmp(word, "outside") == 0)
        p->is_outside = true;
    else if (strcmp(word, "kernel") == 0) {
        p->is_kernel = true;
        p->state = 'I';
    } else
        return false;
    return true;
}

static void add_task(struct snapshot *s, const char *word)
{
    char *what;
    pid_t tid = (pid_t)strtol(word + 1, &what, 10);
    struct task *t = snapshot_add_task(s, tid);
    if (*what != ':' || !set_doing(s, what + 1, &t->state, &t->waiting))
        fail("a task that does %s?", word);
}

static void add_process(struct snapshot *s, char **words, size_t n)
{
    if (n < 3)
        fail("a process is PID PPID COMM");
    struct process *p = snapshot_add_process(s, (pid_t)atoi(words[0]));
    char *comm = words_from(words[2], false);
    p->ppid = (pid_t)atoi(words[1]);
    p->start_ticks = (uint64_t)p->pid * 10;
    p->comm_text = add_text(s, comm);
    p->is_detailed = true;
    p->n_threads = 1;
    p->state = 'R';
    p->waiting.kind = WAIT_NOTHING;
    free(comm);
    for (size_t i = 3; i < n; i++) {
        if (words[i][0] == '+')
            add_task(s, words[i]);
        else if (!add_fd(s, words[i]) && !set_figure(p, words[i]) && !set_flag(p, words[i]) &&
                 !set_text(s, p, words[i]) && !set_doing(s, words[i], &p->state, &p->waiting))
            fail("process %s: what is %s?", words[0], words[i]);
    }
    if (p->user_ticks >= 0)
        p->system_ticks = 0;
    if (p->n_tasks > 0 && p->n_threads == 1)
        p->n_threads = (int)p->n_tasks;
}

/* ---- */

static void add_statement(struct snapshot *s, char *statement)
{
    char *words[64], *rest = NULL;
    size_t n = 0;
    for (char *w = strtok_r(statement, " \t", &rest); w; w = strtok_r(NULL, " \t", &rest)) {
        if (n == 64)
            fail("a statement of more than 64 words");
        words[n++] = w;
    }
    if (n == 0)
        return;
    if (strcmp(words[0], "snap") == 0)
        for (size_t i = 1; i < n; i++)
            set_snap(s, words[i]);
    else if (strcmp(words[0], "pipe") == 0)
        add_pipe(s, CHANNEL_PIPE, words, n);
    else if (strcmp(words[0], "fifo") == 0)
        add_pipe(s, CHANNEL_FIFO, words, n);
    else if (strcmp(words[0], "pair") == 0)
        add_pair(s, words, n);
    else if (isdigit((unsigned char)words[0][0]))
        add_process(s, words, n);
    else if (!add_event(s, words, n))
        fail("what is %s?", words[0]);
}

void build_more(struct snapshot *s, const char *text)
{
    char *copy = strdup(text), *rest = NULL;
    for (char *st = strtok_r(copy, ";\n", &rest); st; st = strtok_r(NULL, ";\n", &rest))
        add_statement(s, st);
    free(copy);
}

struct snapshot *build_snapshot(const char *text)
{
    struct snapshot *s = snapshot_new();
    if (!s)
        fail("out of memory");
    build_more(s, text);
    snapshot_finish(s);
    return s;
}
