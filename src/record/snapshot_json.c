#include "record/snapshot_json.h"

#include "model/events.h"
#include "model/explain.h"
#include "model/pipes.h"
#include "model/snapshot.h"

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* ---- single values ----------------------------------------------------------------------- */

/*
 * Put a value into an object and give up its reference. No error is returned anywhere below: an
 * object that misses something for want of memory is found by is_failed.
 */
struct encoder {
    const struct snapshot *s;
    bool is_failed;
};

static void put(struct encoder *e, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, value) != 0)
        e->is_failed = true;
}

static void append(struct encoder *e, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        e->is_failed = true;
}

/* A figure where -1 is unknown. */
static void put_count(struct encoder *e, json_t *object, const char *key, int64_t n)
{
    put(e, object, key, n < 0 ? json_null() : json_integer(n));
}

/* An inode or a device. JSON's readers have 63 bits: one beyond that is not told at all. */
static void put_id(struct encoder *e, json_t *object, const char *key, uint64_t id)
{
    put(e, object, key, id > INT64_MAX ? json_null() : json_integer((json_int_t)id));
}

/* A PID where 0 is none. */
static void put_pid(struct encoder *e, json_t *object, const char *key, pid_t pid)
{
    put(e, object, key, pid > 0 ? json_integer(pid) : json_null());
}

static json_t *text_of(const char *bytes, size_t len)
{
    size_t wanted = explain_printable(bytes, len, NULL, 0);
    char *printable = malloc(wanted + 1);
    if (!printable)
        return NULL;
    explain_printable(bytes, len, printable, wanted + 1);
    json_t *text = json_stringn_nocheck(printable, wanted);
    free(printable);
    return text;
}

/* A text where offset 0 is unknown. */
static void put_text(struct encoder *e, json_t *object, const char *key, uint32_t offset)
{
    const char *text = snapshot_text(e->s, offset);
    put(e, object, key, offset ? text_of(text, strlen(text)) : json_null());
}

static void put_error(struct encoder *e, json_t *object, const char *key, int error)
{
    const char *name = error ? strerrorname_np(error) : NULL;
    if (error)
        put(e, object, key, name ? json_string(name) : json_sprintf("errno %d", error));
}

/* "status", or "signal" and "core_dumped", as the wait status says. */
static void put_status(struct encoder *e, json_t *object, int wait_status)
{
    if (wait_status == -1)
        return;
    if (!WIFSIGNALED(wait_status)) {
        put(e, object, "status", json_integer(WEXITSTATUS(wait_status)));
        return;
    }
    const char *name = sigabbrev_np(WTERMSIG(wait_status));
    put(e, object, "signal",
        name ? json_sprintf("SIG%s", name) : json_sprintf("signal %d", WTERMSIG(wait_status)));
    put(e, object, "core_dumped", json_boolean(WCOREDUMP(wait_status)));
}

/* ---- processes --------------------------------------------------------------------------- */

/* What it is asleep in; null when it is not. */
static json_t *waiting_to_json(struct encoder *e, const struct waiting *w)
{
    if (w->kind == WAIT_NOTHING)
        return json_null();
    json_t *object = json_object();
    put_text(e, object, "syscall", w->syscall_text);
    put_count(e, object, "fd", w->fd);
    put_text(e, object, "channel", w->channel_text);
    put(e, object, "what",
        w->kind == WAIT_UNKNOWN ? json_null() : json_string(wait_kind_name(w->kind)));
    return object;
}

static void put_state(struct encoder *e, json_t *object, char state)
{
    char letter[2] = {state, '\0'};
    bool is_known = state > ' ' && state < 0x7f && state != '?';
    put(e, object, "state", is_known ? json_string(letter) : json_null());
}

static void put_switches(struct encoder *e, json_t *object, int64_t voluntary, int64_t involuntary)
{
    json_t *switches = json_object();
    put_count(e, switches, "voluntary", voluntary);
    put_count(e, switches, "involuntary", involuntary);
    put(e, object, "switches", switches);
}

static json_t *task_to_json(struct encoder *e, const struct task *t)
{
    json_t *object = json_object();
    put(e, object, "tid", json_integer(t->tid));
    put_text(e, object, "comm", t->comm_text);
    put_state(e, object, t->state);
    put(e, object, "waiting_in", waiting_to_json(e, &t->waiting));
    put_count(e, object, "last_cpu", t->last_cpu);
    put_count(e, object, "run_ns", t->run_ns);
    put_count(e, object, "queued_ns", t->queued_ns);
    put_switches(e, object, t->voluntary, t->involuntary);
    return object;
}

static const char *access_name(unsigned access)
{
    static const char *const names[] = {NULL, "r", "w", "rw"};
    return names[access & (FD_READ | FD_WRITE)];
}

static json_t *fd_to_json(struct encoder *e, const struct fd_entry *fd)
{
    const char *access = access_name(fd->access);
    json_t *object = json_object();
    put(e, object, "fd", json_integer(fd->fd));
    put(e, object, "kind", json_string(fd_kind_name(fd->kind)));
    if (fd->inode)
        put_id(e, object, "device", fd->device);
    put_id(e, object, "inode", fd->inode ? fd->inode : UINT64_MAX);
    put(e, object, "access", access ? json_string(access) : json_null());
    if (fd->target_text)
        put_text(e, object, "target", fd->target_text);
    return object;
}

static json_t *args_to_json(struct encoder *e, const struct process *p)
{
    size_t len;
    const char *args = snapshot_args(e->s, p, &len);
    if (len == 0)
        return json_null();
    json_t *array = json_array();
    for (size_t at = 0; at < len;) {
        size_t n = strnlen(args + at, len - at);
        append(e, array, text_of(args + at, n));
        at += n + 1;
    }
    return array;
}

static void put_identity(struct encoder *e, json_t *object, const struct process *p)
{
    put(e, object, "pid", json_integer(p->pid));
    put(e, object, "ppid", json_integer(p->ppid));
    put_id(e, object, "start_ticks", p->start_ticks);
    put_pid(e, object, "pgrp", p->pgrp);
    put_pid(e, object, "session", p->session);
    put(e, object, "tty", p->tty ? json_integer(p->tty) : json_null());
    put_count(e, object, "uid", p->uid);
    put_text(e, object, "comm", p->comm_text);
    put(e, object, "args", args_to_json(e, p));
    put(e, object, "is_kernel", json_boolean(p->is_kernel));
    put(e, object, "is_outside", json_boolean(p->is_outside));
}

static void put_figures(struct encoder *e, json_t *object, const struct process *p)
{
    bool has_ticks = p->user_ticks >= 0 && p->system_ticks >= 0;
    put_count(e, object, "cpu_ticks", has_ticks ? p->user_ticks + p->system_ticks : -1);
    put_count(e, object, "user_ticks", p->user_ticks);
    put_count(e, object, "system_ticks", p->system_ticks);
    put_count(e, object, "run_ns", p->run_ns);
    put_count(e, object, "queued_ns", p->queued_ns);
    put_count(e, object, "last_cpu", p->last_cpu);
    put_count(e, object, "rss_bytes", p->rss_bytes);
    put_switches(e, object, p->voluntary, p->involuntary);
    json_t *faults = json_object();
    put_count(e, faults, "minor", p->minor_faults);
    put_count(e, faults, "major", p->major_faults);
    put(e, object, "faults", faults);
    json_t *io = json_object();
    put_count(e, io, "read_bytes", p->read_bytes);
    put_count(e, io, "written_bytes", p->written_bytes);
    put(e, object, "io", io);
}

static json_t *process_to_json(struct encoder *e, const struct process *p)
{
    size_t n_tasks, n_fds;
    const struct task *tasks = snapshot_tasks(e->s, p, &n_tasks);
    const struct fd_entry *fds = snapshot_fds(e->s, p, &n_fds);
    json_t *object = json_object();
    put_identity(e, object, p);
    put_state(e, object, p->state);
    put(e, object, "exit", json_null());
    if (process_is_zombie(p) && p->exit_status != -1) {
        json_t *end = json_object();
        put_status(e, end, p->exit_status);
        put(e, object, "exit", end);
    }
    put(e, object, "threads", p->n_threads > 0 ? json_integer(p->n_threads) : json_null());
    put(e, object, "waiting_in", waiting_to_json(e, &p->waiting));
    put_figures(e, object, p);

    json_t *fd_array = p->is_detailed && !p->fds_error ? json_array() : json_null();
    for (size_t i = 0; i < n_fds && json_is_array(fd_array); i++)
        append(e, fd_array, fd_to_json(e, &fds[i]));
    put(e, object, "fds", fd_array);
    put_error(e, object, "fds_error", p->fds_error);
    if (n_tasks > 0) {
        json_t *task_array = json_array();
        for (size_t i = 0; i < n_tasks; i++)
            append(e, task_array, task_to_json(e, &tasks[i]));
        put(e, object, "tasks", task_array);
    }
    return object;
}

/* ---- channels ---------------------------------------------------------------------------- */

static json_t *end_to_json(struct encoder *e, const struct pipe_end *end)
{
    json_t *object = json_object();
    put(e, object, "pid", json_integer(e->s->processes[end->process].pid));
    put(e, object, "fd", json_integer(end->fd));
    return object;
}

static void put_ends(struct encoder *e, json_t *object, const char *key, const char *blocked_key,
                     const struct pipe_end *ends, size_t n)
{
    json_t *all = json_array(), *blocked = json_array();
    size_t last =
        SIZE_MAX; /* a process is told once, whatever number of its ends it is asleep on */
    for (size_t i = 0; i < n; i++) {
        append(e, all, end_to_json(e, &ends[i]));
        if (ends[i].is_blocked && ends[i].process != last) {
            append(e, blocked, json_integer(e->s->processes[ends[i].process].pid));
            last = ends[i].process;
        }
    }
    put(e, object, key, all);
    put(e, object, blocked_key, blocked);
}

static json_t *lane_to_json(struct encoder *e, const struct pipe_lane *lane)
{
    const struct channel *c = &e->s->channels[lane->channel];
    json_t *object = json_object();
    put(e, object, "kind", json_string(channel_kind_name(c->kind)));
    put_id(e, object, "device", c->device);
    put_id(e, object, "inode", c->inode);
    if (c->kind == CHANNEL_SOCKETPAIR)
        put_id(e, object, "peer_inode", c->peer_inode);
    if (c->kind == CHANNEL_FIFO)
        put_text(e, object, "path", c->path_text);
    put_count(e, object, "capacity_bytes", c->capacity_bytes);
    put_count(e, object, "fill_bytes", c->fill_bytes);
    put_error(e, object, "fill_error", c->fill_error);
    put_ends(e, object, "writers", "blocked_writers", lane->writers, lane->n_writers);
    put_ends(e, object, "readers", "blocked_readers", lane->readers, lane->n_readers);
    put(e, object, "has_unknown_holder", json_boolean(lane->has_unknown_holder));
    put(e, object, "condition", json_string(pipe_condition_name(lane->condition)));
    if (lane->holder >= 0)
        put(e, object, "eof_withheld_by", end_to_json(e, &lane->writers[lane->holder]));
    return object;
}

/* ---- */

json_t *snapshot_to_json(const struct snapshot *s, const struct pipes *pipes)
{
    struct encoder e = {.s = s};
    json_t *object = json_object();
    put(&e, object, "format", json_string("proclab-snapshot"));
    put(&e, object, "version", json_integer(1));
    put_id(&e, object, "time_ns", s->time_ns);
    put_pid(&e, object, "root_pid", s->root_pid);
    put_pid(&e, object, "adopter_pid", s->adopter_pid);
    put(&e, object, "obtained", json_string(obtained_name(s->obtained)));
    put_count(&e, object, "births", s->births);
    put_count(&e, object, "hidden", s->hidden);
    json_t *processes = json_array();
    for (size_t i = 0; i < s->n_processes; i++)
        append(&e, processes, process_to_json(&e, &s->processes[i]));
    put(&e, object, "processes", processes);
    json_t *lanes = json_array();
    for (size_t i = 0; i < pipes->n; i++)
        append(&e, lanes, lane_to_json(&e, &pipes->lanes[i]));
    put(&e, object, "pipes", lanes);
    if (e.is_failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}

json_t *event_to_json(const struct event *event)
{
    struct encoder e = {0};
    json_t *object = json_object();
    put(&e, object, "event", json_string(event_kind_name(event->kind)));
    put_id(&e, object, "time_ns", event->time_ns);
    if (event->kind != EVENT_LOST && event->kind != EVENT_PIPE_CLOSED)
        put_pid(&e, object, "pid", event->pid);
    if (event->start_ticks)
        put_id(&e, object, "start_ticks", event->start_ticks);
    switch (event->kind) {
    case EVENT_FORK:
        put_pid(&e, object, "child", event->other);
        break;
    case EVENT_EXIT:
        put_status(&e, object, event->status);
        break;
    case EVENT_REPARENTED:
        put_pid(&e, object, "parent", event->other);
        break;
    case EVENT_PIPE_OPENED:
    case EVENT_PIPE_CLOSED:
        put_id(&e, object, "device", event->device);
        put_id(&e, object, "inode", event->inode);
        break;
    case EVENT_LOST:
        put_count(&e, object, "count", event->count);
        break;
    case EVENT_EXEC:
        if (*event->comm)
            put(&e, object, "comm", text_of(event->comm, strlen(event->comm)));
        break;
    }
    put(&e, object, "obtained", json_string(obtained_name(event->obtained)));
    if (e.is_failed) {
        json_decref(object);
        return NULL;
    }
    return object;
}
