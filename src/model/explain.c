#include "model/explain.h"

#include "model/history.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define MOST_OF_A_KIND 3 /* sentences; the rest are counted */
#define MOST_NAMES     3 /* in one sentence */

/* Shorter sleeps on a pipe through which data flow are its working, not a state worth a sentence. */
#define STUCK_NS UINT64_C(100000000)
/* A zombie that its parent waits for at once is no zombie worth a sentence. */
#define ZOMBIE_NS UINT64_C(200000000)

/* What the sentences need to know of a process. */
struct about {
    size_t reads, writes; /* the lane it is blocked on; TREE_NONE */
    size_t only_child;    /* where n_children is 1 */
    size_t n_children;    /* that live */
    bool ended_just_now;
    bool is_said; /* a sentence says what it does */
};

struct teller {
    FILE *out;
    const struct moment *m;
    const struct snapshot *s;
    struct about *about; /* by process */
};

/* ---- names and figures ---------------------------------------------------------------- */

static void say_process(const struct teller *t, const struct snapshot *s, const struct process *p)
{
    char name[256];
    const char *comm = snapshot_text(s, p->comm_text);
    explain_printable(comm, strlen(comm), name, sizeof name);
    fprintf(t->out, "%s %d", *name ? name : "process", (int)p->pid);
}

static void say_index(const struct teller *t, size_t process)
{
    say_process(t, t->s, &t->s->processes[process]);
}

/* "sh 12", or "process 12" where it is not in the snapshot. */
static void say_pid(const struct teller *t, pid_t pid)
{
    const struct process *p = snapshot_find(t->s, pid);
    if (p)
        say_process(t, t->s, p);
    else
        fprintf(t->out, "process %d", (int)pid);
}

/* ① to ⑳, then (21). */
static void say_number(FILE *out, int number)
{
    if (number >= 1 && number <= 20)
        fprintf(out, "\xe2\x91%c", 0x9f + number);
    else
        fprintf(out, "(%d)", number);
}

static void say_lane(const struct teller *t, const struct pipe_lane *lane)
{
    const struct channel *c = &t->s->channels[lane->channel];
    fprintf(t->out, "%s ", c->kind == CHANNEL_FIFO ? "FIFO" : channel_kind_name(c->kind));
    say_number(t->out, lane->number);
}

static void say_bytes(FILE *out, int64_t n)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%lld", (long long)n);
    for (int i = 0; i < len; i++) {
        fputc(digits[i], out);
        if ((len - i) % 3 == 1 && i + 1 < len && digits[i] != '-')
            fputc(',', out);
    }
}

static void say_error(FILE *out, int error)
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
static void say_fill(const struct teller *t, const struct channel *c)
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

/* ---- what a process is doing ----------------------------------------------------------- */

/* "write(1)": the call in which it is asleep on this fd. */
static void say_call(const struct teller *t, const struct pipe_end *end, unsigned direction)
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
static void say_doing(const struct teller *t, size_t process)
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

static size_t count_holders(const struct pipe_end *ends, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += is_first_end(ends, i);
    return count;
}

static size_t count_blocked(const struct pipe_end *ends, size_t n)
{
    size_t count = 0, last = TREE_NONE;
    for (size_t i = 0; i < n; i++) {
        count += ends[i].is_blocked && ends[i].process != last;
        if (ends[i].is_blocked)
            last = ends[i].process;
    }
    return count;
}

static const struct pipe_end *first_blocked(const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].is_blocked)
            return &ends[i];
    return NULL;
}

/* " (fd 4)", " (fds 4, 5)": all ends that ends[i]'s process has. */
static void say_fds(const struct teller *t, const struct pipe_end *ends, size_t n, size_t i)
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
static void say_holders(const struct teller *t, const struct pipe_end *ends, size_t n, size_t but,
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

static void mark_said(struct teller *t, const struct pipe_end *ends, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ends[i].is_blocked)
            t->about[ends[i].process].is_said = true;
}

/* "cat 12 is blocked in read(0)", "cat 12 and 2 more are blocked in read(0)". */
static void say_blocked(struct teller *t, const struct pipe_end *ends, size_t n, unsigned direction)
{
    const struct pipe_end *first = first_blocked(ends, n);
    size_t more = count_blocked(ends, n) - 1;
    say_index(t, first->process);
    if (more > 0)
        fprintf(t->out, " and %zu more are blocked in ", more);
    else
        fputs(" is blocked in ", t->out);
    say_call(t, first, direction);
    mark_said(t, ends, n);
}

/* ---- a lane's condition -------------------------------------------------------------------- */

static void tell_withheld(struct teller *t, const struct pipe_lane *lane)
{
    const struct pipe_end *holder = &lane->writers[lane->holder];
    const struct pipe_end *reader = first_blocked(lane->readers, lane->n_readers);
    bool is_fifo = t->s->channels[lane->channel].kind == CHANNEL_FIFO;
    for (size_t i = 0; i < lane->n_readers; i++) /* its own read, where the holder reads */
        if (lane->readers[i].is_blocked && lane->readers[i].process == holder->process)
            reader = &lane->readers[i];
    bool is_own = reader->process == holder->process;

    fputs("EOF is withheld: ", t->out);
    say_index(t, holder->process);
    fputs(" still holds a write end of ", t->out);
    say_lane(t, lane);
    fprintf(t->out, ", fd %d, while it ", holder->fd);
    if (is_own) {
        fputs("is itself blocked in ", t->out);
    } else {
        fputs("waits for ", t->out);
        say_index(t, reader->process);
        fputs(", which is blocked in ", t->out);
    }
    say_call(t, reader, FD_READ);
    fprintf(t->out, " on it. What is missing is close(%d) in ", holder->fd);
    say_index(t, holder->process);
    fputs(is_fifo ? ".\n" : " after fork.\n", t->out);

    size_t others = count_holders(lane->writers, lane->n_writers) - 1;
    if (others > 0) {
        fputs(others == 1 ? "Another write end of " : "Other write ends of ", t->out);
        say_lane(t, lane);
        fputs(others == 1 ? " is held by " : " are held by ", t->out);
        say_holders(t, lane->writers, lane->n_writers, holder->process, false);
        fputs(".\n", t->out);
    }
    mark_said(t, lane->readers, lane->n_readers);
    t->about[holder->process].is_said = true;
}

/* Is every read end held by the blocked writer alone, which has no other thread to read with? */
static bool writes_to_itself(const struct teller *t, const struct pipe_lane *lane, size_t writer)
{
    for (size_t i = 0; i < lane->n_readers; i++)
        if (lane->readers[i].process != writer)
            return false;
    return lane->n_readers > 0 && !lane->has_unknown_holder &&
           t->s->processes[writer].n_threads <= 1;
}

static void tell_full(struct teller *t, const struct pipe_lane *lane)
{
    const struct channel *c = &t->s->channels[lane->channel];
    size_t writer = first_blocked(lane->writers, lane->n_writers)->process;
    bool is_brim_full = c->fill_bytes >= 0 && c->fill_bytes == c->capacity_bytes;
    say_blocked(t, lane->writers, lane->n_writers, FD_WRITE);
    fputs(": ", t->out);
    say_lane(t, lane);
    fputs(is_brim_full ? " is full" : " has no room", t->out);
    say_fill(t, c);
    if (writes_to_itself(t, lane, writer)) {
        fputs(". Nobody but ", t->out);
        say_index(t, writer);
        fputs(" itself holds a read end: nobody will make room.\n", t->out);
        return;
    }
    size_t n_writers = count_blocked(lane->writers, lane->n_writers);
    fprintf(t->out, ". %s on when a reader makes room; ", n_writers == 1 ? "It goes" : "They go");
    if (lane->n_readers == 0) {
        fputs("who holds the read end cannot be seen.\n", t->out);
    } else if (count_holders(lane->readers, lane->n_readers) == 1) {
        say_index(t, lane->readers[0].process);
        fputs(", which holds the read end", t->out);
        say_fds(t, lane->readers, lane->n_readers, 0);
        fputs(", ", t->out);
        say_doing(t, lane->readers[0].process);
        fputs(".\n", t->out);
    } else {
        fputs("read ends: ", t->out);
        say_holders(t, lane->readers, lane->n_readers, TREE_NONE, true);
        fputs(".\n", t->out);
    }
}

static void tell_starved(struct teller *t, const struct pipe_lane *lane)
{
    const struct channel *c = &t->s->channels[lane->channel];
    say_blocked(t, lane->readers, lane->n_readers, FD_READ);
    fputs(c->fill_bytes == 0 ? ": " : " on ", t->out);
    say_lane(t, lane);
    fputs(c->fill_bytes == 0 ? " is empty. " : ". ", t->out);
    fputs(count_blocked(lane->readers, lane->n_readers) == 1 ? "It waits" : "They wait", t->out);
    if (lane->n_writers == 0) {
        fputs(" for data, or for EOF; who holds the write end cannot be seen.\n", t->out);
        return;
    }
    if (lane->n_writers == 1)
        fputs(" for data, or for the write end to close: ", t->out);
    else
        fprintf(t->out, " for data, or for the last of %zu write ends to close: ", lane->n_writers);
    say_holders(t, lane->writers, lane->n_writers, TREE_NONE, true);
    fputs(lane->has_unknown_holder ? "; there may be others, which we may not see.\n" : ".\n",
          t->out);
}

static void tell_no_reader(struct teller *t, const struct pipe_lane *lane)
{
    fputs("No read end of ", t->out);
    say_lane(t, lane);
    fputs(" is open any more. The next write to it raises SIGPIPE, and fails with EPIPE where that "
          "is ignored or caught. Write ends: ",
          t->out);
    say_holders(t, lane->writers, lane->n_writers, TREE_NONE, true);
    fputs(".\n", t->out);
}

static void tell_no_writer(struct teller *t, const struct pipe_lane *lane)
{
    const struct channel *c = &t->s->channels[lane->channel];
    fputs("Every write end of ", t->out);
    say_lane(t, lane);
    fputs(" is closed: ", t->out);
    if (c->fill_bytes > 0) {
        fputs("what is in it (", t->out);
        say_bytes(t->out, c->fill_bytes);
        fprintf(t->out, " byte%s) can still be read, then comes EOF",
                c->fill_bytes == 1 ? "" : "s");
    } else if (c->fill_bytes == 0) {
        fputs("the next read gets EOF", t->out);
    } else {
        fputs("what is in it can still be read, then comes EOF", t->out);
    }
    fputs(". Read ends: ", t->out);
    say_holders(t, lane->readers, lane->n_readers, TREE_NONE, true);
    fputs(".\n", t->out);
}

static void tell_flow(struct teller *t, const struct pipe_lane *lane)
{
    fputs("Data flow through ", t->out);
    say_lane(t, lane);
    if (lane->n_writers > 0) {
        fputs(" from ", t->out);
        say_holders(t, lane->writers, lane->n_writers, TREE_NONE, false);
    }
    if (lane->n_readers > 0) {
        fputs(" to ", t->out);
        say_holders(t, lane->readers, lane->n_readers, TREE_NONE, false);
    }
    fputs(".\n", t->out);
    mark_said(t, lane->writers, lane->n_writers);
    mark_said(t, lane->readers, lane->n_readers);
}

/*
 * A pipe in use has its writer or its reader asleep at every other look. It has a sentence of its own,
 * which does not change with every look.
 */
static bool is_at_work(const struct moment *m, size_t lane)
{
    enum pipe_condition condition = m->pipes.lanes[lane].condition;
    bool can_be = condition == PIPE_FLOWING || condition == PIPE_FULL || condition == PIPE_STARVED;
    return can_be && m->flows[lane].bytes_per_s > 0 && m->flows[lane].stuck_ns < STUCK_NS;
}

typedef void tell_lane(struct teller *t, const struct pipe_lane *lane);

/* The lanes in this condition: the first few told, the rest counted. */
static void tell_lanes(struct teller *t, enum pipe_condition condition, tell_lane *tell,
                       const char *more)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->pipes.n; i++) {
        const struct pipe_lane *lane = &t->m->pipes.lanes[i];
        bool is_wanted = tell == tell_flow ? is_at_work(t->m, i)
                                           : lane->condition == condition && !is_at_work(t->m, i);
        if (is_wanted && n++ < MOST_OF_A_KIND)
            tell(t, lane);
    }
    if (n > MOST_OF_A_KIND)
        fprintf(t->out, "(%zu more: %s)\n", n - MOST_OF_A_KIND, more);
}

/* ---- those who have ended ------------------------------------------------------------------- */

static bool is_killed_by(int wait_status, int signal_number)
{
    return wait_status != -1 && WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == signal_number;
}

/* Does a lane have no read end any more? So it is, too, once nobody holds it. */
static bool is_broken(const struct moment *m, int number)
{
    for (size_t i = 0; i < m->pipes.n; i++)
        if (m->pipes.lanes[i].number == number)
            return m->pipes.lanes[i].n_readers == 0 && !m->pipes.lanes[i].has_unknown_holder;
    return true;
}

static void tell_sigpipe(struct teller *t, const struct moment_row *row)
{
    say_process(t, row->snapshot, row->process);
    fputs(" was killed by SIGPIPE", t->out);
    if (row->broken_lane > 0 && is_broken(t->m, row->broken_lane)) {
        fputs(": it wrote to pipe ", t->out);
        say_number(t->out, row->broken_lane);
        fputs(" when no read end was left.\n", t->out);
    } else {
        fputs(", the signal for writing to a pipe or socket that nobody can read from.\n", t->out);
    }
}

static void tell_sigpipes(struct teller *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->n_rows; i++)
        if (is_killed_by(t->m->rows[i].exit_status, SIGPIPE) && n++ < MOST_OF_A_KIND)
            tell_sigpipe(t, &t->m->rows[i]);
    if (n > MOST_OF_A_KIND)
        fprintf(t->out, "(%zu more were killed by SIGPIPE)\n", n - MOST_OF_A_KIND);
}

static void tell_zombie(struct teller *t, const struct moment_row *row)
{
    const struct process *p = row->process;
    char status[64];
    explain_status(p->exit_status, status, sizeof status);
    say_process(t, row->snapshot, p);
    fprintf(t->out, " has ended (%s) and stays a zombie until ",
            p->exit_status == -1 ? "with what status is not known" : status);
    if (p->ppid == t->s->adopter_pid) {
        fputs("proclab's supervisor", t->out);
    } else {
        fputs("its parent ", t->out);
        say_pid(t, p->ppid);
    }
    fputs(" waits for it.\n", t->out);
}

static void tell_zombies(struct teller *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->n_rows; i++) {
        const struct moment_row *row = &t->m->rows[i];
        if ((row->marks & MARK_EXITED) || !process_is_zombie(row->process) ||
            t->about[row->process - t->s->processes].ended_just_now)
            continue;
        if (n++ < MOST_OF_A_KIND)
            tell_zombie(t, row);
        t->about[row->process - t->s->processes].is_said = true;
    }
    if (n > MOST_OF_A_KIND)
        fprintf(t->out, "(%zu more zombies)\n", n - MOST_OF_A_KIND);
}

/* How a member of a pipeline ended is wanted most, and is not always to be had. */
static void tell_unknown_ends(struct teller *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->n_rows && n < MOST_OF_A_KIND; i++) {
        const struct moment_row *row = &t->m->rows[i];
        if (!(row->marks & MARK_EXITED) || row->exit_status != -1 || row->broken_lane <= 0)
            continue;
        say_process(t, row->snapshot, row->process);
        fputs(" has ended, how is not known: it was waited for between two looks.\n", t->out);
        n++;
    }
}

static void tell_orphans(struct teller *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->m->n_rows; i++) {
        const struct moment_row *row = &t->m->rows[i];
        if (!(row->marks & MARK_ORPHAN) || process_is_zombie(row->process) || n++ >= MOST_OF_A_KIND)
            continue;
        say_process(t, row->snapshot, row->process);
        fputs(" is an orphan: its parent has ended, and ", t->out);
        if (row->process->ppid == t->s->adopter_pid)
            fputs("proclab's supervisor", t->out);
        else
            say_pid(t, row->process->ppid);
        fputs(" has adopted it.\n", t->out);
    }
    if (n > MOST_OF_A_KIND)
        fprintf(t->out, "(%zu more orphans)\n", n - MOST_OF_A_KIND);
}

/* ---- the rest ---------------------------------------------------------------------------------- */

static void tell_unreadable(struct teller *t)
{
    size_t n = 0, first = 0;
    if (t->s->root_pid == 0) /* there it is normal: other users' */
        return;
    for (size_t i = 0; i < t->s->n_processes; i++)
        if (t->s->processes[i].fds_error == EACCES || t->s->processes[i].fds_error == EPERM)
            if (n++ == 0)
                first = i;
    if (n == 0)
        return;
    fputs("What ", t->out);
    say_index(t, first);
    if (n > 1)
        fprintf(t->out, " and %zu more", n - 1);
    fprintf(t->out, " %s open cannot be seen (", n > 1 ? "have" : "has");
    say_error(t->out, t->s->processes[first].fds_error);
    fputs("), so other ends may be held there.\n", t->out);
}

static void tell_selected(struct teller *t, const struct process *selected)
{
    const struct process *p = selected ? snapshot_find_same(t->s, selected) : NULL;
    if (!p || t->about[p - t->s->processes].is_said)
        return;
    say_process(t, t->s, p);
    fputc(' ', t->out);
    say_doing(t, (size_t)(p - t->s->processes));
    if (process_is_zombie(p) && p->exit_status != -1) {
        char status[64];
        explain_status(p->exit_status, status, sizeof status);
        fprintf(t->out, " (%s)", status);
    }
    fputs(".\n", t->out);
}

static void tell_nothing(struct teller *t)
{
    size_t n = t->s->n_processes;
    if (n == 0)
        fputs("No process is left.\n", t->out);
    else
        fprintf(t->out, "%zu process%s; none is seen blocked on a pipe.\n", n, n == 1 ? "" : "es");
}

/* ---- */

static void note_blocked(struct about *about, const struct pipes *pipes)
{
    for (size_t i = 0; i < pipes->n; i++) {
        const struct pipe_lane *lane = &pipes->lanes[i];
        for (size_t k = 0; k < lane->n_readers; k++)
            if (lane->readers[k].is_blocked && about[lane->readers[k].process].reads == TREE_NONE)
                about[lane->readers[k].process].reads = i;
        for (size_t k = 0; k < lane->n_writers; k++)
            if (lane->writers[k].is_blocked && about[lane->writers[k].process].writes == TREE_NONE)
                about[lane->writers[k].process].writes = i;
    }
}

static void note_children(struct about *about, const struct moment *m)
{
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct moment_row *row = &m->rows[i];
        if ((row->marks & MARK_EXITED) || row->parent == TREE_NONE ||
            process_is_zombie(row->process) || m->rows[row->parent].snapshot != m->now)
            continue;
        struct about *parent = &about[m->rows[row->parent].process - m->now->processes];
        parent->n_children++;
        parent->only_child = (size_t)(row->process - m->now->processes);
    }
}

static void note_just_ended(struct about *about, const struct moment *m)
{
    for (size_t i = m->n_events; i-- > 0;) {
        const struct event *e = &m->events[i];
        if (m->now->time_ns - e->time_ns >= ZOMBIE_NS)
            break;
        const struct process *p = e->kind == EVENT_EXIT ? snapshot_find(m->now, e->pid) : NULL;
        if (p && p->start_ticks == e->start_ticks)
            about[p - m->now->processes].ended_just_now = true;
    }
}

static struct about *note_all(const struct moment *m)
{
    struct about *about = calloc(m->now->n_processes + 1, sizeof *about);
    if (!about)
        return NULL;
    for (size_t i = 0; i < m->now->n_processes; i++)
        about[i].reads = about[i].writes = TREE_NONE;
    note_blocked(about, &m->pipes);
    note_children(about, m);
    note_just_ended(about, m);
    return about;
}

char *explain_moment(const struct moment *m, const struct process *selected)
{
    char *text = NULL;
    size_t len = 0;
    struct teller t = {.m = m, .s = m->now, .about = note_all(m)};
    if (!t.about)
        return NULL;
    t.out = open_memstream(&text, &len);
    if (!t.out)
        goto out;
    tell_lanes(&t, PIPE_EOF_WITHHELD, tell_withheld, "EOF is withheld");
    tell_lanes(&t, PIPE_FULL, tell_full, "a writer is blocked");
    tell_lanes(&t, PIPE_NO_READER, tell_no_reader, "no read end is open any more");
    tell_sigpipes(&t);
    tell_zombies(&t);
    tell_lanes(&t, PIPE_STARVED, tell_starved, "a reader waits for data or for EOF");
    tell_lanes(&t, PIPE_NO_WRITER, tell_no_writer, "every write end is closed");
    tell_orphans(&t);
    tell_unknown_ends(&t);
    tell_lanes(&t, PIPE_FLOWING, tell_flow, "data flow");
    tell_selected(&t, selected);
    if (ftell(t.out) == 0)
        tell_nothing(&t);
    tell_unreadable(&t);
    if (fclose(t.out) != 0) {
        free(text);
        text = NULL;
    }
out:
    free(t.about);
    return text;
}
