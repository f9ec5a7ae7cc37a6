/*
 * ptrace(2): every fork, exec and exit stops the task that does it until we have noted it. It tells
 * everything, exit statuses as well, wherever a process may be traced at all; but it changes the
 * timing of what is watched, takes the rights of set-uid programs away, and keeps debuggers out. So
 * it is used only where somebody asks for it.
 *
 * All requests must come from one thread, the tracer: it is the feed's own.
 */
#include "proc/clock.h"
#include "proc/feed.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>
#include <uthash.h>

/* As in lifecycle.c: what is beyond it between two looks is lost, and counted. */
enum { KEPT_MOST = 1 << 16 };

struct traced {
    pid_t tid, pid;
    bool awaits_maker; /* its maker has not stopped for it yet */
    bool has_ended;    /* and is only kept for that */
    UT_hash_handle hh;
};

struct feed_ptrace {
    struct feed feed; /* first */
    pid_t root;
    pthread_t tracer;
    sem_t started;
    int error;            /* of the start */
    struct traced *tasks; /* the tracer's own */
    pthread_mutex_t lock; /* of what follows */
    struct lifecycle_record *kept;
    size_t n_kept, cap_kept;
    int64_t n_lost;
};

/* ---- records, from the tracer to whoever drains ----------------------------------------------- */

static bool has_room(struct feed_ptrace *f)
{
    if (f->n_kept < f->cap_kept)
        return true;
    size_t cap = f->cap_kept ? f->cap_kept * 2 : 256;
    void *grown = cap > KEPT_MOST ? NULL : realloc(f->kept, cap * sizeof *f->kept);
    if (!grown)
        return false;
    f->kept = grown;
    f->cap_kept = cap;
    return true;
}

static void keep(struct feed_ptrace *f, struct lifecycle_record record)
{
    record.time_ns = clock_ns(CLOCK_BOOTTIME);
    pthread_mutex_lock(&f->lock);
    if (has_room(f))
        f->kept[f->n_kept++] = record;
    else
        f->n_lost++;
    pthread_mutex_unlock(&f->lock);
}

static void ptrace_drain(struct feed *feed, struct feed_sink *sink)
{
    struct feed_ptrace *f = (struct feed_ptrace *)feed;
    pthread_mutex_lock(&f->lock);
    for (size_t i = 0; i < f->n_kept; i++)
        sink->put(sink, &f->kept[i]);
    if (f->n_lost > 0)
        sink->put(sink, &(struct lifecycle_record){.time_ns = clock_ns(CLOCK_BOOTTIME),
                                                   .kind = LIFECYCLE_LOST,
                                                   .count = f->n_lost,
                                                   .status = -1});
    f->n_kept = 0;
    f->n_lost = 0;
    pthread_mutex_unlock(&f->lock);
}

/* ---- tasks ------------------------------------------------------------------------------------ */

static struct traced *find_task(struct feed_ptrace *f, pid_t tid)
{
    struct traced *t;
    HASH_FIND_INT(f->tasks, &tid, t);
    return t;
}

static void add_task(struct feed_ptrace *f, pid_t tid, pid_t pid, bool awaits_maker)
{
    struct traced *t = calloc(1, sizeof *t);
    if (!t)
        return; /* it counts as a process of its own */
    *t = (struct traced){.tid = tid, .pid = pid, .awaits_maker = awaits_maker};
    HASH_ADD_INT(f->tasks, tid, t);
}

static pid_t pid_of(struct feed_ptrace *f, pid_t tid)
{
    const struct traced *t = find_task(f, tid);
    return t ? t->pid : tid;
}

static void drop_task(struct feed_ptrace *f, pid_t tid)
{
    struct traced *t = find_task(f, tid);
    if (!t)
        return;
    HASH_DEL(f->tasks, t);
    free(t);
}

/* Whose it is, and who made that: proc_pid_status(5); it stands still meanwhile. -1: unknown. */
static void read_family(pid_t tid, pid_t *tgid, pid_t *ppid)
{
    char path[40], line[128];
    *tgid = *ppid = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)tid);
    FILE *in = fopen(path, "re");
    while (in && fgets(line, sizeof line, in)) {
        if (strncmp(line, "Tgid:", 5) == 0)
            *tgid = (pid_t)strtol(line + 5, NULL, 10);
        if (strncmp(line, "PPid:", 5) == 0)
            *ppid = (pid_t)strtol(line + 5, NULL, 10);
    }
    if (in)
        fclose(in);
}

static void read_comm(pid_t pid, char comm[EVENT_COMM_BYTES])
{
    char path[40];
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, comm, EVENT_COMM_BYTES - 1);
    if (fd >= 0)
        close(fd);
    if (n > 0 && comm[n - 1] == '\n')
        n--;
    comm[n > 0 ? n : 0] = '\0';
}

/* ---- stops ------------------------------------------------------------------------------------ */

/*
 * Of its maker's stop and a new task's own first one either may come first, and when it goes on it
 * may end at once: so whichever comes first tells of it, and the other one is expected.
 */
static void note_birth(struct feed_ptrace *f, pid_t tid, bool is_by_maker)
{
    struct traced *t = find_task(f, tid);
    pid_t tgid, ppid;
    if (tid == f->root)
        return;
    if (t && (is_by_maker || !t->has_ended)) {
        t->awaits_maker = t->awaits_maker && !is_by_maker;
        if (t->has_ended)
            drop_task(f, tid);
        return;
    }
    drop_task(
        f, tid); /* its maker was killed before it could stop, and the number was given out again */
    read_family(tid, &tgid, &ppid);
    tgid = tgid < 0 ? tid : tgid;
    add_task(f, tid, tgid, !is_by_maker);
    keep(f, (struct lifecycle_record){
                .kind = LIFECYCLE_FORK, .pid = tgid, .tid = tid, .parent = ppid, .status = -1});
}

static void note_child(struct feed_ptrace *f, pid_t parent_tid)
{
    unsigned long child;
    if (ptrace(PTRACE_GETEVENTMSG, parent_tid, NULL, &child) == 0)
        note_birth(f, (pid_t)child, true);
}

/* A thread that executes becomes the main one, and its own number is gone without an exit. */
static void note_exec(struct feed_ptrace *f, pid_t pid)
{
    unsigned long former = 0;
    struct lifecycle_record record = {.kind = LIFECYCLE_EXEC, .pid = pid, .tid = pid, .status = -1};
    if (ptrace(PTRACE_GETEVENTMSG, pid, NULL, &former) == 0 && (pid_t)former != pid) {
        drop_task(f, (pid_t)former);
        keep(f, (struct lifecycle_record){
                    .kind = LIFECYCLE_EXIT, .pid = pid, .tid = (pid_t)former, .status = -1});
    }
    read_comm(pid, record.comm);
    keep(f, record);
}

/* Let a stopped task go on as it would have without us. */
static void take_stop(struct feed_ptrace *f, pid_t tid, int status)
{
    int event = status >> 16, number = WSTOPSIG(status);
    uintptr_t deliver = 0;
    bool is_group_stop = event == PTRACE_EVENT_STOP && number != SIGTRAP;
    if (event == PTRACE_EVENT_FORK || event == PTRACE_EVENT_VFORK || event == PTRACE_EVENT_CLONE)
        note_child(f, tid);
    else if (event == PTRACE_EVENT_STOP && !is_group_stop)
        note_birth(f, tid, false);
    else if (event == PTRACE_EVENT_EXEC)
        note_exec(f, tid);
    else if (event == 0)
        deliver = (uintptr_t)number;
    if (is_group_stop) /* Ctrl-Z, SIGSTOP: it stays stopped until SIGCONT */
        ptrace(PTRACE_LISTEN, tid, NULL, NULL);
    else
        ptrace(PTRACE_CONT, tid, NULL, (void *)deliver);
}

static void take_end(struct feed_ptrace *f, pid_t tid, int status)
{
    keep(f, (struct lifecycle_record){
                .kind = LIFECYCLE_EXIT, .pid = pid_of(f, tid), .tid = tid, .status = status});
    struct traced *t = find_task(f, tid);
    if (t && t->awaits_maker)
        t->has_ended = true;
    else
        drop_task(f, tid);
}

/* Until nobody is left to be traced. */
static void *trace(void *arg)
{
    struct feed_ptrace *f = arg;
    const uintptr_t wanted =
        PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE | PTRACE_O_TRACEEXEC;
    int status;
    pid_t tid;
    f->error = ptrace(PTRACE_SEIZE, f->root, NULL, (void *)wanted) < 0 ? -errno : 0;
    sem_post(&f->started);
    if (f->error)
        return NULL;
    /* __WNOTHREAD: the children of other threads of ours are theirs to wait for. */
    while ((tid = waitpid(-1, &status, __WALL | __WNOTHREAD)) > 0 || errno == EINTR) {
        if (tid < 0)
            continue;
        if (WIFSTOPPED(status))
            take_stop(f, tid, status);
        else
            take_end(f, tid, status);
    }
    return NULL;
}

/* ---- the feed --------------------------------------------------------------------------------- */

/* The tracer ends with the last of the traced: root's whole tree has ended before. */
static void ptrace_free(struct feed *feed)
{
    struct feed_ptrace *f = (struct feed_ptrace *)feed;
    pthread_join(f->tracer, NULL);
    for (struct traced *t = f->tasks, *next; t; t = next) {
        next = t->hh.next;
        drop_task(f, t->tid);
    }
    sem_destroy(&f->started);
    pthread_mutex_destroy(&f->lock);
    free(f->kept);
    free(f);
}

int feed_ptrace_open(pid_t root, struct feed **out)
{
    static const struct feed_ops ops = {
        .drain = ptrace_drain, .free = ptrace_free, .from = EVENTS_PTRACE};
    struct feed_ptrace *f = calloc(1, sizeof *f);
    sigset_t all, before;
    if (!f)
        return -ENOMEM;
    f->feed.ops = &ops;
    f->feed.fd = -1; /* what the tracer keeps need not be emptied */
    f->root = root;
    pthread_mutex_init(&f->lock, NULL);
    sem_init(&f->started, 0, 0);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = -pthread_create(&f->tracer, NULL, trace, f);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc < 0) {
        free(f);
        return rc;
    }
    while (sem_wait(&f->started) < 0)
        continue;
    rc = f->error;
    if (rc < 0)
        ptrace_free(&f->feed);
    else
        *out = &f->feed;
    return rc;
}
