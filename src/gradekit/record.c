#include "gradekit/record.h"

#include "gradekit/shared.h"
#include "model/pipes.h"
#include "model/snapshot.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

void record_free(struct record *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_looks; i++)
        snapshot_free(r->looks[i].snapshot);
    free(r->story);
    free(r->values);
    free(r);
}

/* ---- values ------------------------------------------------------------------- */

/* The last one with this key and kind. Student code wrote the memory: every size is checked. */
static const struct shared_record *find_value(const struct record *r, const char *key,
                                              enum record_kind kind)
{
    const struct shared_record *found = NULL;
    const size_t room = SHARED_BYTES - sizeof *r->values;
    size_t at = 0;
    while (r->values && at + sizeof *found <= room) {
        const void *place = r->values->records + at;
        const struct shared_record *record = place;
        size_t stored = record->stored_bytes;
        if (stored > room - at - sizeof *record || (record->kind == 0 && stored == 0))
            break;
        if (record->is_ready && record->kind == (uint32_t)kind &&
            strncmp(record->key, key, sizeof record->key) == 0)
            found = record;
        at += shared_record_stride(stored);
    }
    return found;
}

bool record_int(const struct record *r, const char *key, int64_t *value)
{
    const struct shared_record *record = find_value(r, key, RECORD_INT);
    if (!record)
        return false;
    *value = record->number;
    return true;
}

const unsigned char *record_bytes(const struct record *r, const char *key, size_t *total,
                                  size_t *kept)
{
    const struct shared_record *record = find_value(r, key, RECORD_BYTES);
    if (!record)
        return NULL;
    *total = record->total_bytes;
    *kept = record->stored_bytes;
    const void *bytes = record + 1;
    return bytes;
}

const char *record_text(const struct record *r, const char *key)
{
    const struct shared_record *record = find_value(r, key, RECORD_TEXT);
    if (!record || record->stored_bytes == 0)
        return NULL;
    const void *bytes = record + 1;
    /* Student code may have written over the NUL; but the copy ends with a zeroed page. */
    return bytes;
}

const struct snapshot *record_look(const struct record *r, const char *name)
{
    for (size_t i = 0; i < r->n_looks; i++)
        if (strcmp(r->looks[i].name, name) == 0)
            return r->looks[i].snapshot;
    return NULL;
}

/* ---- in words --------------------------------------------------------------------- */

static bool is_sandbox(const struct snapshot *s, const struct process *p)
{
    return strcmp(snapshot_text(s, p->comm_text), "bwrap") == 0;
}

/* What to call it: by the name that it has, or by what it is to the caller. */
static void name_process(const struct snapshot *s, const struct process *p, pid_t caller_pid,
                         char *buf, size_t len)
{
    const char *comm = snapshot_text(s, p->comm_text);
    if (p->pid == caller_pid)
        snprintf(buf, len, "the caller");
    else if (strcmp(comm, "caller") == 0)
        snprintf(buf, len,
                 p->ppid == caller_pid ? "a child (no exec yet)" : "a descendant (no exec yet)");
    else if (strcmp(comm, "probes") == 0)
        snprintf(buf, len, "a program (just started)");
    else
        snprintf(buf, len, "%s", comm);
}

static void print_ends(FILE *out, const struct snapshot *s, const struct pipe_end *ends, size_t n,
                       pid_t caller_pid)
{
    char name[80];
    for (size_t i = 0; i < n; i++) {
        name_process(s, &s->processes[ends[i].process], caller_pid, name, sizeof name);
        fprintf(out, "%s%s (fd %d)", i ? (i + 1 < n ? ", " : " and ") : "", name, ends[i].fd);
    }
    if (n == 0)
        fputs("nobody", out);
}

static const struct pipe_lane *find_lane(const struct snapshot *s, const struct pipes *pipes,
                                         const struct process *p, int fd)
{
    for (size_t i = 0; i < p->n_fds; i++) {
        const struct fd_entry *e = &s->fds[p->first_fd + i];
        if (e->fd != fd)
            continue;
        for (size_t l = 0; l < pipes->n; l++) {
            const struct channel *c = &s->channels[pipes->lanes[l].channel];
            if (c->device == e->device && c->inode == e->inode)
                return &pipes->lanes[l];
        }
    }
    return NULL;
}

static void print_lane(FILE *out, const struct snapshot *s, const struct pipe_lane *lane,
                       enum wait_kind kind, pid_t caller_pid)
{
    const struct channel *c = &s->channels[lane->channel];
    if (kind == WAIT_PIPE_WRITE) {
        fputs(": the pipe is full", out);
        if (c->fill_bytes >= 0)
            fprintf(out, " (%lld bytes in it)", (long long)c->fill_bytes);
        fputs("; its read end is held by ", out);
        print_ends(out, s, lane->readers, lane->n_readers, caller_pid);
    } else if (lane->condition == PIPE_EOF_WITHHELD && lane->holder >= 0) {
        fputs(": the pipe is empty, and EOF cannot come as long as ", out);
        print_ends(out, s, &lane->writers[lane->holder], 1, caller_pid);
        fputs(" holds a write end", out);
    } else {
        fputs(c->fill_bytes > 0 ? ": the pipe is not empty" : ": the pipe is empty", out);
        fputs("; a write end is held by ", out);
        print_ends(out, s, lane->writers, lane->n_writers, caller_pid);
    }
}

static void print_waiting(FILE *out, const struct snapshot *s, const struct pipes *pipes,
                          const struct process *p, const struct waiting *waiting, pid_t caller_pid)
{
    char name[80];
    name_process(s, p, caller_pid, name, sizeof name);
    const char *call = snapshot_text(s, waiting->syscall_text);
    if (!call[0] && waiting->kind == WAIT_NOTHING) {
        fprintf(out, "%s runs\n", name);
        return;
    }
    fprintf(out, "%s is asleep in %s", name, call[0] ? call : wait_kind_name(waiting->kind));
    if (waiting->fd >= 0)
        fprintf(out, "(%d)", waiting->fd);
    bool is_pipe = waiting->kind == WAIT_PIPE_READ || waiting->kind == WAIT_PIPE_WRITE;
    const struct pipe_lane *lane =
        is_pipe && waiting->fd >= 0 ? find_lane(s, pipes, p, waiting->fd) : NULL;
    if (lane)
        print_lane(out, s, lane, waiting->kind, caller_pid);
    fputc('\n', out);
}

static void print_process(FILE *out, const struct snapshot *s, const struct pipes *pipes,
                          const struct process *p, pid_t caller_pid)
{
    char name[80];
    name_process(s, p, caller_pid, name, sizeof name);
    if (p->state == 'Z') {
        fprintf(out, "%s has ended and was not waited for (a zombie)\n", name);
        return;
    }
    if (p->state == 'T' || p->state == 't') {
        fprintf(out, "%s is stopped\n", name);
        return;
    }
    if (p->n_tasks <= 1) {
        print_waiting(out, s, pipes, p, &p->waiting, caller_pid);
        return;
    }
    for (size_t i = 0; i < p->n_tasks; i++)
        print_waiting(out, s, pipes, p, &s->tasks[p->first_task + i].waiting, caller_pid);
}

char *record_describe_waiting(const struct snapshot *s, pid_t caller_pid)
{
    char *text = NULL;
    size_t len;
    struct pipes pipes;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return NULL;
    if (pipes_init(&pipes, s) < 0)
        memset(&pipes, 0, sizeof pipes);
    const struct process *caller = snapshot_find(s, caller_pid);
    if (caller)
        print_process(out, s, &pipes, caller, caller_pid);
    for (size_t i = 0; i < s->n_processes; i++) {
        const struct process *p = &s->processes[i];
        if (p != caller && !p->is_outside && !is_sandbox(s, p))
            print_process(out, s, &pipes, p, caller_pid);
    }
    pipes_fini(&pipes);
    fclose(out);
    return text;
}

char *record_describe_others(const struct snapshot *s, pid_t caller_pid)
{
    char *text = NULL;
    size_t len, n = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return NULL;
    for (size_t i = 0; i < s->n_processes; i++) {
        const struct process *p = &s->processes[i];
        char name[80];
        if (p->pid == caller_pid || p->is_outside || is_sandbox(s, p))
            continue;
        name_process(s, p, caller_pid, name, sizeof name);
        fprintf(out, "%s%s (%s)", n++ ? ", " : "", name,
                p->state == 'Z'                   ? "a zombie"
                : p->waiting.kind == WAIT_NOTHING ? "running"
                                                  : wait_kind_name(p->waiting.kind));
    }
    fclose(out);
    return text;
}

static void print_exit(FILE *out, const struct record *r, const char *call)
{
    int code = WEXITSTATUS(r->wait_status);
    const char *how = r->called_exit ? "exit" : "_exit";
    if (r->was_inside)
        fprintf(out, "%s never returned: it ended the whole process with %s(%d)%s", call, how, code,
                r->called_exit ? "" : ", or made it another program (exec) that did");
    else
        fprintf(out, "the process ended with %s(%d) before the probe came to its end", how, code);
}

static void print_kill(FILE *out, const struct record *r, const char *call)
{
    int s = WTERMSIG(r->wait_status);
    const char *name = sigabbrev_np(s), *text = sigdescr_np(s);
    fprintf(out, "the process was killed by SIG%s (%s) %s %s", name ? name : "?",
            text ? text : "unknown", r->was_inside ? "inside" : "after", call);
}

/* After the headline: who waits for what, a line each. */
static void print_story(FILE *out, const struct record *r)
{
    if (r->story && r->story[0])
        fprintf(out, ":\n%s", r->story);
}

static void print_end(FILE *out, const struct record *r)
{
    const char *call = r->call[0] ? r->call : "the probe";
    switch (r->end) {
    case END_CAME_BACK:
        break;
    case END_EXITED:
        print_exit(out, r, call);
        break;
    case END_KILLED:
        print_kill(out, r, call);
        break;
    case END_HUNG:
        if (r->was_inside)
            fprintf(out, "%s does not return: everything is asleep for ever", call);
        else
            fprintf(out, "after %s, everything is asleep for ever", call);
        print_story(out, r);
        break;
    case END_LOOPED:
        fprintf(out, "an endless loop: %s has used up 2 s of CPU time", call);
        break;
    case END_FLOODED:
        fprintf(out, "output without end: %s printed more than 16 MiB", call);
        break;
    case END_BOMBED:
        fprintf(out, "a fork bomb: %s has made %zu processes that are alive at one time", call,
                r->most_processes);
        break;
    case END_TIMED_OUT:
        fprintf(out, "%s has not returned within the time limit, though something still moves",
                call);
        print_story(out, r);
        break;
    case END_SUPERVISOR:
        fprintf(out, "%s killed its parent process", call);
        break;
    case END_SPOILED: {
        const char *what = record_text(r, "gave_up");
        fprintf(out, "%s took away what is its caller's: then the caller could not %s", call,
                what ? what : "?");
        break;
    }
    case END_GAVE_UP: {
        const char *why = record_text(r, "gave_up");
        fprintf(out, "the probe %s could not do its own part: %s", r->probe, why ? why : "?");
        break;
    }
    case END_NOT_STARTED:
        fprintf(out, "the probe %s could not be started: [%s %s]", r->probe,
                strerrorname_np(r->error), strerror(r->error));
        break;
    }
}

char *record_describe_end(const struct record *r)
{
    char *text = NULL;
    size_t len;
    if (r->end == END_CAME_BACK)
        return NULL;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return NULL;
    print_end(out, r);
    fclose(out);
    while (len > 0 && text[len - 1] == '\n')
        text[--len] = '\0';
    return text;
}
