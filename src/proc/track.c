#include "proc/track.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MS UINT64_C(1000000)
/*
 * When its fds are listed again though their number is the same: one may have been replaced (dup2).
 */
#define RELIST_NS (250 * MS)
/* ... and though it has not run: others may share its table (CLONE_FILES, vfork). */
#define RELIST_ANYWAY_NS (2000 * MS)
/*
 * A table that takes that long to list (hundreds of fds) gets no more than this part of the time.
 */
#define LONG_LISTING_NS    (1 * MS)
#define LONG_LISTING_SHARE 20

/* After so many probes that found it quiet a process of a large tree is probed in turns. */
#define PROBES_UNTIL_TURNS 10

/* How long a process that does not run is taken to be as it was. */
#define QUIET_NS (200 * MS)

#define MOST_ARGS_BYTES 4096
/* A process may change its owner without exec: looked at again once in so many looks. */
#define OWNER_LOOKS 16

/* CPU time of ours: what a listing costs must not depend on who else wants the CPU. */
static uint64_t spent_ns(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
    return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int track_context_init(struct track_context *ctx, const char *proc_root)
{
    struct stat st;

    *ctx = (struct track_context){
        .pipe_device = fd_pipe_device(),
        .page_bytes = sysconf(_SC_PAGESIZE),
        .patience = 1,
        .has_fd_count = stat("/proc/self/fd", &st) == 0 && st.st_size > 0,
    };
    int rc = proc_root_open(&ctx->root, proc_root);
    if (rc < 0)
        return rc;
    ctx->names = wait_names_new();
    if (!ctx->names) {
        proc_root_close(&ctx->root);
        return -ENOMEM;
    }
    return 0;
}

void track_context_fini(struct track_context *ctx)
{
    wait_names_free(ctx->names);
    proc_root_close(&ctx->root);
}

/* ---- paths: by hand, since there are several for each process and look ------- */

static char *append_text(char *at, const char *text)
{
    while (*text)
        *at++ = *text++;
    *at = '\0';
    return at;
}

static char *append_number(char *at, pid_t number)
{
    char digits[12];
    int n = 0;
    do
        digits[n++] = (char)('0' + number % 10);
    while (number /= 10);
    while (n > 0)
        *at++ = digits[--n];
    *at = '\0';
    return at;
}

static void path_of(char path[PROC_PATH_MAX], pid_t pid, const char *file)
{
    append_text(append_number(path, pid), file);
}

static void path_of_task(char path[PROC_PATH_MAX], pid_t pid, pid_t tid, const char *file)
{
    char *at = append_text(append_number(path, pid), "/task/");
    append_text(append_number(at, tid), file);
}

/*
 * Read a file of the process into ctx->buf. Of a process that does not run only schedstat is kept
 * open, so that a limit of fds goes a long way.
 */
static ssize_t read_file(struct track_context *ctx, const struct proc_track *t, int *kept,
                         const char *path)
{
    return proc_root_read(&ctx->root, t->is_lively ? kept : NULL, path, ctx->buf, sizeof ctx->buf,
                          0);
}

/* ---- tasks: begin and end ----------------------------------------------------- */

static void task_init(struct task_track *task, pid_t tid)
{
    *task = (struct task_track){
        .tid = tid,
        .stat_file = -1,
        .schedstat_file = -1,
        .status_file = -1,
        .syscall_file = -1,
        .wchan_file = -1,
        .children_file = -1,
        .state = '?',
        .last_cpu = -1,
        .sched = {-1, -1, -1},
        .status = {.euid = -1, .voluntary = -1, .involuntary = -1},
        .wait_fd = -1,
    };
}

static void task_drop_files(struct track_context *ctx, struct task_track *task)
{
    proc_root_drop(&ctx->root, &task->stat_file);
    proc_root_drop(&ctx->root, &task->status_file);
    proc_root_drop(&ctx->root, &task->syscall_file);
    proc_root_drop(&ctx->root, &task->wchan_file);
    proc_root_drop(&ctx->root, &task->children_file);
}

static void task_fini(struct track_context *ctx, struct task_track *task)
{
    task_drop_files(ctx, task);
    proc_root_drop(&ctx->root, &task->schedstat_file);
}

static struct track_details *details_new(void)
{
    struct track_details *d = calloc(1, sizeof *d);
    if (d) {
        d->io_file = d->task_dir = d->fd_dir = -1;
        d->io = (struct proc_io){-1, -1};
        d->fds_count = -1;
    }
    return d;
}

static void drop_own_files(struct track_context *ctx, struct track_details *d)
{
    proc_root_drop(&ctx->root, &d->io_file);
    proc_root_drop(&ctx->root, &d->task_dir);
    proc_root_drop(&ctx->root, &d->fd_dir);
}

static void details_free(struct track_context *ctx, struct track_details *d)
{
    if (!d)
        return;
    for (size_t i = 0; i < d->n_tasks; i++)
        task_fini(ctx, &d->tasks[i]);
    free(d->tasks);
    fd_table_fini(&d->fds);
    drop_own_files(ctx, d);
    free(d);
}

struct proc_track *track_new(pid_t pid)
{
    struct proc_track *t = calloc(1, sizeof *t);
    if (t) {
        t->pid = pid;
        t->stat_file = -1;
        t->uid = -1;
    }
    return t;
}

void track_free(struct track_context *ctx, struct proc_track *t)
{
    details_free(ctx, t->details);
    proc_root_drop(&ctx->root, &t->stat_file);
    free(t->args);
    free(t);
}

/* ---- the plain part ------------------------------------------------------------ */

static void read_owner(struct track_context *ctx, struct proc_track *t)
{
    char path[PROC_PATH_MAX];
    struct stat st;
    if (t->stat_file >= 0 ? fstat(t->stat_file, &st) == 0
                          : (path_of(path, t->pid, ""), fstatat(ctx->root.fd, path, &st, 0) == 0))
        t->uid = st.st_uid;
}

/* False: it has none as yet, for it execs or exits right now; the old ones stand. */
static bool read_args(struct track_context *ctx, struct proc_track *t)
{
    char path[PROC_PATH_MAX];
    path_of(path, t->pid, "/cmdline");
    ssize_t n = proc_root_read(&ctx->root, NULL, path, ctx->buf, MOST_ARGS_BYTES, 0);
    char *args = n > 0 ? realloc(t->args, (size_t)n) : NULL;
    if (!args)
        return false;
    memcpy(args, ctx->buf, (size_t)n);
    t->args = args;
    t->args_bytes = (uint32_t)n;
    return true;
}

/*
 * Some write a title over their arguments (proc_pid_cmdline(5)): soon after their birth, and anew
 * as they go on.
 */
static bool may_have_a_title(const struct proc_track *t)
{
    return t->details && (t->n_reads == 1 || t->n_reads == 4 || t->n_reads % OWNER_LOOKS == 0);
}

/* Another program runs in it. Addresses are random, so this sees the same program anew, too. */
static bool has_execed(const struct proc_stat *before, const struct proc_stat *now)
{
    return before->start_code != now->start_code || before->start_stack != now->start_stack ||
           before->arg_start != now->arg_start || strcmp(before->comm, now->comm) != 0;
}

static int read_stat(struct track_context *ctx, struct proc_track *t, struct proc_stat *stat)
{
    char path[PROC_PATH_MAX];
    path_of(path, t->pid, "/stat");
    bool is_kept = !ctx->keeps_details || t->is_lively;
    ssize_t n = proc_root_read(&ctx->root, is_kept ? &t->stat_file : NULL, path, ctx->buf,
                               sizeof ctx->buf, 0);
    if (n == -ESRCH && t->stat_file >= 0) {
        /* The process that we knew has gone; is there another one by this PID? */
        proc_root_drop(&ctx->root, &t->stat_file);
        n = proc_root_read(&ctx->root, NULL, path, ctx->buf, sizeof ctx->buf, 0);
    }
    if (n == -ENOENT)
        n = -ESRCH;
    return n < 0 ? (int)n : parse_stat(ctx->buf, (size_t)n, stat);
}

int track_read(struct track_context *ctx, struct proc_track *t)
{
    struct proc_stat stat;
    int rc = read_stat(ctx, t, &stat);
    if (rc < 0)
        return rc;
    if (t->has_stat && stat.start_ticks != t->stat.start_ticks)
        return -ESTALE;
    bool is_new = !t->has_stat || has_execed(&t->stat, &stat);
    t->stat = stat;
    t->has_stat = true;
    bool has_memory = stat.state != 'Z' && stat.state != 'X' && !(stat.flags & PROC_FLAG_KTHREAD);
    if (is_new || t->seen % OWNER_LOOKS == (uint64_t)t->pid % OWNER_LOOKS)
        read_owner(ctx, t);
    t->n_reads = is_new ? 0 : t->n_reads + 1;
    t->wants_args |= may_have_a_title(t);
    if (is_new) {
        t->wants_args = true;
        if (t->details)
            t->details->listed_ns = 0; /* exec closes fds */
    }
    if (t->wants_args && has_memory)
        t->wants_args = !read_args(ctx, t);
    return 0;
}

/* ---- the details ----------------------------------------------------------------- */

static bool is_asleep(char state)
{
    return state != 'R' && state != '?';
}

static bool is_dead(char state)
{
    return state == 'Z' || state == 'X' || state == 'x';
}

/*
 * Make the list of tasks agree with tids (n, ascending): keep the known, begin the new, end the
 * gone.
 */
static int merge_tasks(struct track_context *ctx, struct track_details *d, const int *tids,
                       size_t n)
{
    struct task_track *merged = calloc(n ? n : 1, sizeof *merged);
    if (!merged)
        return -ENOMEM;
    size_t old = 0;
    for (size_t i = 0; i < n; i++) {
        while (old < d->n_tasks && d->tasks[old].tid < tids[i])
            task_fini(ctx, &d->tasks[old++]);
        if (old < d->n_tasks && d->tasks[old].tid == tids[i])
            merged[i] = d->tasks[old++];
        else
            task_init(&merged[i], tids[i]);
    }
    while (old < d->n_tasks)
        task_fini(ctx, &d->tasks[old++]);
    free(d->tasks);
    d->tasks = merged;
    d->n_tasks = d->cap_tasks = n;
    return 0;
}

static int list_tasks(struct track_context *ctx, struct proc_track *t)
{
    struct track_details *d = t->details;
    if (t->stat.n_threads <= 1) {
        if (d->n_tasks == 1 && d->tasks[0].tid == t->pid)
            return 0;
        return merge_tasks(ctx, d, &t->pid, 1);
    }
    char path[PROC_PATH_MAX];
    bool is_kept;
    int *tids = NULL;
    size_t cap = 0;
    path_of(path, t->pid, "/task");
    int dir = proc_root_open_dir(&ctx->root, t->is_lively ? &d->task_dir : NULL, path, &is_kept);
    ssize_t n = dir < 0 ? dir : proc_list_numbers(dir, &tids, &cap);
    if (dir >= 0 && !is_kept)
        close(dir);
    int rc = n == -ENOMEM ? -ENOMEM : n > 0 ? merge_tasks(ctx, d, tids, (size_t)n) : 0;
    free(tids);
    return rc;
}

/*
 * Has the task been on a CPU since the look before? Its schedstat is read before everything else of
 * it, so what happens in between shows at the next look. A task that is about to sleep may show S
 * and go on running: then its run time moves, though its count of slices does not. So both are
 * compared.
 */
static void probe_task(struct track_context *ctx, const struct proc_track *t,
                       struct task_track *task)
{
    char path[PROC_PATH_MAX];
    struct proc_schedstat before = task->sched;

    if (task->is_probed)
        return;
    path_of_task(path, t->pid, task->tid, "/schedstat");
    ssize_t n = proc_root_read(&ctx->root, ctx->keeps_details ? &task->schedstat_file : NULL, path,
                               ctx->buf, sizeof ctx->buf, 0);
    if (n < 0 || parse_schedstat(ctx->buf, (size_t)n, &task->sched) < 0)
        task->sched = (struct proc_schedstat){-1, -1, -1};
    task->has_run = !task->is_read || !is_asleep(task->state) || task->sched.slices < 1 ||
                    task->sched.slices != before.slices || task->sched.run_ns != before.run_ns;
    task->is_probed = true;
}

bool track_is_quiet(struct track_context *ctx, struct proc_track *t, uint64_t now_ns)
{
    struct track_details *d = t->details;
    bool is_any = false;

    t->is_skipped = false;
    if (!d || d->n_tasks == 0 || now_ns - t->read_ns >= QUIET_NS * ctx->patience)
        return false;
    if (ctx->is_calm && t->n_quiet >= PROBES_UNTIL_TURNS &&
        (unsigned)t->pid % ctx->patience != ctx->turn) {
        d->was_active = false;
        t->is_skipped = true;
        return true;
    }
    for (size_t i = 0; i < d->n_tasks; i++) {
        probe_task(ctx, t, &d->tasks[i]);
        is_any |= d->tasks[i].has_run;
    }
    if (is_any) {
        t->n_quiet = 0;
        return false;
    }
    t->n_quiet++;
    for (size_t i = 0; i < d->n_tasks; i++)
        d->tasks[i].is_probed = false;
    d->was_active = false;
    t->is_skipped = true;
    return true;
}

/* The task's own stat, for all but the main one, whose is the process's. */
static void read_task_stat(struct track_context *ctx, const struct proc_track *t,
                           struct task_track *task)
{
    char path[PROC_PATH_MAX];
    struct proc_stat own;
    const struct proc_stat *stat = &t->stat;

    if (task->tid != t->pid) {
        if (!task->has_run)
            return;
        path_of_task(path, t->pid, task->tid, "/stat");
        ssize_t n = read_file(ctx, t, &task->stat_file, path);
        if (n < 0 || parse_stat(ctx->buf, (size_t)n, &own) < 0)
            return;
        stat = &own;
    }
    task->has_run |= stat->state != task->state || !is_asleep(stat->state);
    task->state = stat->state;
    task->last_cpu = stat->last_cpu;
    memcpy(task->comm, stat->comm, sizeof task->comm);
}

static enum wait_target target_of(const struct track_details *d, int fd)
{
    const struct fd_row *row = d->fds_error ? NULL : fd_table_find(&d->fds, fd);
    if (!row)
        return WAIT_TARGET_UNKNOWN;
    switch (row->kind) {
    case FD_PIPE:
    case FD_FIFO:
        return WAIT_TARGET_PIPE;
    case FD_SOCKET:
        return WAIT_TARGET_SOCKET;
    case FD_TTY:
        return WAIT_TARGET_TTY;
    case FD_OTHER:
        break;
    }
    return WAIT_TARGET_OTHER;
}

/* What it is asleep in, as far as the task's own files tell. */
static void read_waiting(struct track_context *ctx, struct proc_track *t, struct task_track *task)
{
    char path[PROC_PATH_MAX];
    struct proc_syscall call = {.kind = PROC_SYSCALL_NONE, .number = -1};

    task->is_waiting = false;
    task->wait_fd = -1;
    task->syscall = NULL;
    task->channel[0] = '\0';
    if (task->state != 'S' && task->state != 'D' && task->state != 'I')
        return;

    path_of_task(path, t->pid, task->tid, "/syscall");
    ssize_t n = read_file(ctx, t, &task->syscall_file, path);
    if (n > 0 && parse_syscall(ctx->buf, (size_t)n, &call) == 0) {
        if (call.kind == PROC_SYSCALL_RUNNING)
            return; /* it has woken up since stat was read */
        task->syscall = wait_syscall_name(ctx->names, &call);
    }
    path_of_task(path, t->pid, task->tid, "/wchan");
    n = read_file(ctx, t, &task->wchan_file, path);
    if (n > 0 && (size_t)n < sizeof task->channel && !(n == 1 && ctx->buf[0] == '0')) {
        memcpy(task->channel, ctx->buf, (size_t)n);
        task->channel[n] = '\0';
    }
    task->is_waiting = true;
    task->wait_fd = task->syscall ? wait_fd(task->syscall, &call, task->channel) : -1;
}

/* Together with what its fd refers to. */
static void classify_waiting(const struct proc_track *t, struct task_track *task)
{
    task->wait_kind = WAIT_NOTHING;
    if (task->is_waiting)
        task->wait_kind =
            wait_classify(task->syscall, task->channel, target_of(t->details, task->wait_fd));
}

/* Could it wait for a pipe, or for a child? That is known before its fds are. */
static bool may_wait_on_channel(const struct task_track *task)
{
    if (!task->is_waiting)
        return false;
    enum wait_kind kind = wait_classify(task->syscall, task->channel, WAIT_TARGET_PIPE);
    return kind == WAIT_PIPE_READ || kind == WAIT_PIPE_WRITE || kind == WAIT_CHILD;
}

static void read_task(struct track_context *ctx, struct proc_track *t, struct task_track *task)
{
    char path[PROC_PATH_MAX];

    path_of_task(path, t->pid, task->tid, "/status");
    ssize_t n = read_file(ctx, t, &task->status_file, path);
    if (n < 0 || parse_status(ctx->buf, (size_t)n, &task->status) < 0)
        task->status = (struct proc_status){.euid = -1, .voluntary = -1, .involuntary = -1};
    else if (task->tid == t->pid && task->status.euid >= 0)
        t->uid = task->status.euid;
    read_waiting(ctx, t, task);
    task->is_read = true;
}

/*
 * Must the fds be listed (again)? count: how many there are; -1: unknown. An fd may be replaced
 * without a change of their number (dup2). Where that could make a process look like one that
 * withholds an EOF (it is blocked on a pipe, or waits for a child), nothing older than its sleep
 * will do.
 */
static bool wants_listing(const struct track_context *ctx, const struct proc_track *t,
                          int64_t count, uint64_t now_ns)
{
    const struct track_details *d = t->details;
    if (d->listed_ns == 0)
        return true;
    uint64_t age = now_ns - d->listed_ns;
    if (d->list_ns > LONG_LISTING_NS && age < d->list_ns * LONG_LISTING_SHARE)
        return false;
    if (count != d->fds_count || age >= RELIST_ANYWAY_NS * ctx->patience)
        return true;
    if (!d->ran_since_list)
        return false;
    return d->is_on_channel || age >= RELIST_NS || (!ctx->has_fd_count && is_asleep(t->stat.state));
}

static void read_fds(struct track_context *ctx, struct proc_track *t, uint64_t now_ns)
{
    struct track_details *d = t->details;
    char path[PROC_PATH_MAX];
    bool is_kept;
    struct stat st;

    path_of(path, t->pid, "/fd");
    int64_t count = -1;
    if (ctx->has_fd_count &&
        (d->fd_dir >= 0 ? fstat(d->fd_dir, &st) == 0 : fstatat(ctx->root.fd, path, &st, 0) == 0))
        count = st.st_size;
    if (!wants_listing(ctx, t, count, now_ns))
        return;
    uint64_t start_ns = spent_ns();
    int dir = proc_root_open_dir(&ctx->root, t->is_lively ? &d->fd_dir : NULL, path, &is_kept);
    int rc = dir < 0 ? dir : fd_table_list(&d->fds, dir, ctx->pipe_device);
    if (dir >= 0 && !is_kept)
        close(dir);
    if (rc == -EACCES || rc == -EPERM)
        proc_root_drop(&ctx->root, &d->fd_dir); /* its owner may have changed: ask anew */
    if (rc < 0)
        d->fds.n = 0;
    d->fds_error = rc == -ENOENT || rc == -ESRCH ? 0 : -rc;
    d->fds_count = count;
    d->listed_ns = now_ns;
    d->list_ns = spent_ns() - start_ns;
    d->ran_since_list = false;
    d->was_active = true;
}

static void read_io(struct track_context *ctx, struct proc_track *t)
{
    char path[PROC_PATH_MAX];
    path_of(path, t->pid, "/io");
    ssize_t n = read_file(ctx, t, &t->details->io_file, path);
    if (n < 0 || parse_io(ctx->buf, (size_t)n, &t->details->io) < 0)
        t->details->io = (struct proc_io){-1, -1};
}

/*
 * 0 is what stat shows of a status that we may not see, as well. Whoever may see it may also follow
 * exe, of which a zombie has none (ENOENT; all its other files belong to root).
 */
static void check_exit_status(struct track_context *ctx, struct proc_track *t)
{
    char path[PROC_PATH_MAX], target[8];
    if (t->exit_known != 0)
        return;
    path_of(path, t->pid, "/exe");
    t->exit_known = readlinkat(ctx->root.fd, path, target, sizeof target) == -1 &&
                            (errno == EACCES || errno == EPERM)
                        ? -1
                        : 1;
}

/* It has run since the last look; or not for as long as it may be quiet. */
static void set_lively(struct track_context *ctx, struct proc_track *t, bool is_lively)
{
    if (t->is_lively && !is_lively) {
        proc_root_drop(&ctx->root, &t->stat_file);
        drop_own_files(ctx, t->details);
        for (size_t i = 0; i < t->details->n_tasks; i++)
            task_drop_files(ctx, &t->details->tasks[i]);
    }
    t->is_lively = ctx->keeps_details && is_lively;
}

int track_read_details(struct track_context *ctx, struct proc_track *t, uint64_t now_ns)
{
    if (!t->details && !(t->details = details_new()))
        return -ENOMEM;
    struct track_details *d = t->details;
    bool is_first = d->n_tasks == 0;
    int rc = list_tasks(ctx, t);
    if (rc < 0)
        return rc;

    d->was_active = is_first;
    d->is_on_channel = false;
    for (size_t i = 0; i < d->n_tasks; i++) {
        struct task_track *task = &d->tasks[i];
        probe_task(ctx, t, task);
        read_task_stat(ctx, t, task);
        if (task->has_run) {
            read_task(ctx, t, task);
            d->is_on_channel |= may_wait_on_channel(task);
            d->was_active = true;
        }
        task->is_probed = false;
    }
    d->ran_since_list |= d->was_active;
    if (is_dead(t->stat.state) && t->stat.n_threads <= 1)
        d->fds.n = 0; /* an exiting process gives its fds up first */
    else
        read_fds(ctx, t, now_ns);
    if (d->was_active) {
        for (size_t i = 0; i < d->n_tasks; i++)
            classify_waiting(t, &d->tasks[i]);
        read_io(ctx, t);
    }
    t->read_ns = now_ns;
    set_lively(ctx, t, d->was_active);
    if (t->stat.state == 'Z' && t->stat.exit_status == 0)
        check_exit_status(ctx, t);
    return 0;
}

/* ---- children ---------------------------------------------------------------------- */

/*
 * The kernel hands a page's worth out at a time, never more: what is well below it is all there is.
 */
#define CHILDREN_CHUNK 4000

static int each_child_of_task(struct track_context *ctx, struct proc_track *t,
                              struct task_track *task, int (*each)(pid_t, void *), void *arg)
{
    char path[PROC_PATH_MAX];
    char text[8192];
    size_t len = 0;
    off_t offset = 0;

    path_of_task(path, t->pid, task->tid, "/children");
    for (;;) {
        ssize_t n = proc_root_read(&ctx->root, t->is_lively ? &task->children_file : NULL, path,
                                   text + len, sizeof text - len, offset);
        if (n < 0)
            return (int)n;
        offset += n;
        len += (size_t)n;
        const char *at = text, *end = text + len;
        pid_t child;
        while (parse_next_pid(&at, end, &child)) {
            int rc = each(child, arg);
            if (rc < 0)
                return rc;
        }
        if (n < CHILDREN_CHUNK)
            return 0;
        /* A PID at the very end may be cut: it is read together with what follows. */
        len = (size_t)(end - at);
        if (len > 16)
            return -EINVAL;
        memmove(text, at, len);
    }
}

int track_each_child(struct track_context *ctx, struct proc_track *t, int (*each)(pid_t, void *),
                     void *arg)
{
    for (size_t i = 0; t->details && i < t->details->n_tasks; i++) {
        int rc = each_child_of_task(ctx, t, &t->details->tasks[i], each, arg);
        if (rc == -ESRCH || (rc == -ENOENT && t->details->tasks[i].tid != t->pid))
            continue; /* that task has ended meanwhile */
        if (rc < 0)
            return rc;
    }
    return 0;
}
