#include "model/say.h"

#include "model/explain.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MOST_NAMES 3 /* in one sentence */

/* ---- names and figures ------------------------------------------------------------------- */

void say_process(const struct teller *t, const struct snapshot *s, const struct process *p)
{
    char name[256];
    const char *comm = snapshot_text(s, p->comm_text);
    explain_printable(comm, strlen(comm), name, sizeof name);
    fprintf(t->out, "%s %d", *name ? name : "process", (int)p->pid);
}

void say_index(const struct teller *t, size_t process)
{
    say_process(t, t->s, &t->s->processes[process]);
}

/* "sh 12", or "process 12" where it is not in the snapshot. */
void say_pid(const struct teller *t, pid_t pid)
{
    const struct process *p = snapshot_find(t->s, pid);
    if (p)
        say_process(t, t->s, p);
    else
        fprintf(t->out, "process %d", (int)pid);
}

/* ① to ⑳, then (21). */
void say_number(FILE *out, int number)
{
    if (number >= 1 && number <= 20)
        fprintf(out, "\xe2\x91%c", 0x9f + number);
    else
        fprintf(out, "(%d)", number);
}

void say_lane(const struct teller *t, const struct pipe_lane *lane)
{
    const struct channel *c = &t->s->channels[lane->channel];
    fprintf(t->out, "%s ", c->kind == CHANNEL_FIFO ? "FIFO" : channel_kind_name(c->kind));
    say_number(t->out, lane->number);
}

void say_bytes(FILE *out, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n);
    for (int i = 0; i < len; i++) {
        fputc(digits[i], out);
        if ((len - i) % 3 == 1 && i + 1 < len && digits[i] != '-')
            fputc(',', out);
    }
}

void say_error(FILE *out, int error)
{
    const char *name = strerrorname_np(error);
    fprintf(out, "%s, ", name ? name : "an error");
    switch (error) {
    case EACCES:
    case EPERM:
        fputs("no permission", out);
        break;
    case EPIPE:
        fputs("no read end is left to look through", out);
        break;
    case ECANCELED:
        fputs("looking into pipes is switched off", out);
        break;
    default:
        fputs(strerrordesc_np(error) ? strerrordesc_np(error) : "unknown", out);
    }
}

/* " (65,536 of 65,536 bytes)", as far as it is known. */
void say_fill(const struct teller *t, const struct channel *c)
{
    FILE *out = t->out;
    if (c->fill_bytes < 0) {
        if (c->fill_error) {
            fputs(" (how much is in it is unknown: ", out);
            say_error(out, c->fill_error);
            fputc(')', out);
        }
        return;
    }
    fputs(" (", out);
    say_bytes(out, c->fill_bytes);
    if (c->capacity_bytes >= 0) {
        fputs(" of ", out);
        say_bytes(out, c->capacity_bytes);
    }
    fputs(c->capacity_bytes < 0 && c->fill_bytes == 1 ? " byte" : " bytes", out);
    if (c->capacity_bytes > c->fill_bytes && c->fill_bytes > 0 && c->kind != CHANNEL_SOCKETPAIR)
        fputs("; each slot is a page, and none is free", out);
    fputc(')', out);
}

/* ---- what a process is doing ------------------------------------------------------------- */

/* "write(1)": the call in which it is asleep on this fd. */
void say_call(const struct teller *t, const struct pipe_end *end, unsigned direction)
{
    const struct process *p = &t->s->processes[end->process];
    const char *call = direction == FD_READ ? "read" : "write";
    size_t n;
    const struct task *tasks = snapshot_tasks(t->s, p, &n);
    const struct waiting *found = NULL;
    if (p->waiting.fd == end->fd && pipes_waiting_direction(t->s, &p->waiting) == direction)
        found = &p->waiting;
    for (size_t i = 0; i < n && !found; i++)
        if (tasks[i].waiting.fd == end->fd &&
            pipes_waiting_direction(t->s, &tasks[i].waiting) == direction)
            found = &tasks[i].waiting;
    if (found && found->syscall_text)
        call = snapshot_text(t->s, found->syscall_text);
    fprintf(t->out, "%s(%d)", call, end->fd);
}

static const char *words_for_wait(enum wait_kind kind)
{
    switch (kind) {
    case WAIT_PIPE_READ:
        return "waits for data in a pipe";
    case WAIT_PIPE_WRITE:
        return "waits for room in a pipe";
    case WAIT_CHILD:
        return "waits for a child to end";
    case WAIT_FUTEX:
        return "waits for another task (futex)";
    case WAIT_POLL:
        return "waits in poll for one of several descriptors";
    case WAIT_SLEEP:
        return "sleeps for a set time";
    case WAIT_SOCKET:
        return "waits on a socket";
    case WAIT_TTY:
        return "waits for the terminal";
    case WAIT_SIGNAL:
        return "waits for a signal";
    default:
        return NULL;
    }
}

static void say_sleep(const struct teller *t, const struct process *p)
{
    const struct about *about = &t->about[p - t->s->processes];
    const char *words = words_for_wait(p->waiting.kind);
    const char *call = snapshot_text(t->s, p->waiting.syscall_text);
    const char *channel = snapshot_text(t->s, p->waiting.channel_text);
    if (p->waiting.kind == WAIT_CHILD && about->n_children == 1) {
        fputs("waits for its child ", t->out);
        say_index(t, about->only_child);
        fputs(" to end", t->out);
    } else if (words) {
        fputs(words, t->out);
    } else if (*call) {
        fprintf(t->out, "is asleep in %s", call);
    } else if (*channel && strcmp(channel, "0") != 0) {
        fprintf(t->out, "is asleep in the kernel's %s", channel);
    } else {
        fputs("is asleep, in what is not known", t->out);
    }
}

/* "waits for the terminal": goes after the process's name. */
void say_doing(const struct teller *t, size_t process)
{
    const struct process *p = &t->s->processes[process];
    const struct about *about = &t->about[process];
    if (process_is_zombie(p)) {
        fputs("has ended", t->out);
    } else if (about->writes != TREE_NONE || about->reads != TREE_NONE) {
        bool is_writing = about->writes != TREE_NONE;
        size_t lane = is_writing ? about->writes : about->reads;
        fprintf(t->out, "waits for %s in ", is_writing ? "room" : "data");
        say_lane(t, &t->m->pipes.lanes[lane]);
    } else if (p->state == 'S') {
        say_sleep(t, p);
    } else {
        fputs(p->state == 'R'                   ? "runs or is ready to run"
              : p->state == 'D'                 ? "is in a sleep that signals do not end (D)"
              : p->state == 'T'                 ? "is stopped until SIGCONT"
              : p->state == 't'                 ? "is held by a debugger"
              : p->state == 'Z'                 ? "has ended its main thread; others go on"
              : p->state == 'I' || p->is_kernel ? "is an idle kernel thread"
                                                : "is in a state that is not known",
              t->out);
    }
}

/* ---- the ends of a lane ------------------------------------------------------------------ */

/* Is ends[i] the first end of its process? */
static bool is_first_end(const struct pipe_end *ends, size_t i)
{
    return i == 0 || ends[i].process != ends[i - 1].process;
}

size_t say_count_holders(const struct pipe_end *ends, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += is_first_end(ends, i);
    return count;
}

size_t say_count_blocked(const struct pipe_end *ends, size_t n)
{
    size_t count = 0, last = TREE_NONE;
    for (size_t i = 0; i < n; i++) {
        count += ends[i].is_blocked && ends[i].process != last;
        if (ends[i].is_blocked)
            last = ends[i].process;
    }
    return count;
}

const struct pipe_end *say_first_blocked(const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].is_blocked)
            return &ends[i];
    return NULL;
}

/* " (fd 4)", " (fds 4, 5)": all ends that ends[i]'s process has. */
void say_fds(const struct teller *t, const struct pipe_end *ends, size_t n, size_t i)
{
    size_t last = i;
    while (last + 1 < n && ends[last + 1].process == ends[i].process)
        last++;
    fprintf(t->out, " (fd%s %d", last > i ? "s" : "", ends[i].fd);
    for (size_t k = i + 1; k <= last && k < i + MOST_NAMES; k++)
        fprintf(t->out, ", %d", ends[k].fd);
    fputs(last >= i + MOST_NAMES ? " ...)" : ")", t->out);
}

/* "a 1 (fd 3) sleeps, b 2 (fd 3) runs, and 4 more": the holders, but for the process `but`. */
void say_holders(const struct teller *t, const struct pipe_end *ends, size_t n, size_t but,
                 bool with_doing)
{
    size_t left = 0, said = 0;
    for (size_t i = 0; i < n; i++)
        left += is_first_end(ends, i) && ends[i].process != but;
    for (size_t i = 0; i < n && said < MOST_NAMES; i++) {
        if (!is_first_end(ends, i) || ends[i].process == but)
            continue;
        fputs(said == 0 ? "" : left == 1 ? " and " : ", ", t->out);
        say_index(t, ends[i].process);
        say_fds(t, ends, n, i);
        if (with_doing) {
            fputc(' ', t->out);
            say_doing(t, ends[i].process);
        }
        said++;
        left--;
    }
    if (left > 0)
        fprintf(t->out, " and %zu more", left);
}

void say_mark_said(struct teller *t, const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].is_blocked)
            t->about[ends[i].process].is_said = true;
}

/* "cat 12 is blocked in read(0)", "cat 12 and 2 more are blocked in read(0)". */
void say_blocked(struct teller *t, const struct pipe_end *ends, size_t n, unsigned direction)
{
    const struct pipe_end *first = say_first_blocked(ends, n);
    size_t more = say_count_blocked(ends, n) - 1;
    say_index(t, first->process);
    if (more > 0)
        fprintf(t->out, " and %zu more are blocked in ", more);
    else
        fputs(" is blocked in ", t->out);
    say_call(t, first, direction);
    say_mark_said(t, ends, n);
}
