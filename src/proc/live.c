#include "proc/live.h"
#include "proc/clock.h"

#include "model/snapshot.h"
#include "proc/lifetimes.h"
#include "proc/live_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* For each so many processes of a tree, those that do not run are looked at more seldom. */
#define LARGE_TREE 500
/* Bounds of what such work as is not needed at each look may take at one. */
#define SPARE_LEAST_NS UINT64_C(200000)
#define SPARE_MOST_NS  UINT64_C(20000000)

/* ---- what is remembered --------------------------------------------------- */

struct proc_track *live_find_track(struct live *l, pid_t pid)
{
    struct proc_track *t;
    HASH_FIND_INT(l->tracks, &pid, t);
    return t;
}

struct proc_track *live_add_track(struct live *l, pid_t pid, enum track_role role)
{
    struct proc_track *t = track_new(pid);
    if (t) {
        t->role = role;
        HASH_ADD_INT(l->tracks, pid, t);
    }
    return t;
}

static void drop_track(struct live *l, struct proc_track *t)
{
    HASH_DEL(l->tracks, t);
    track_free(&l->ctx, t);
}

static void drop_unseen(struct live *l)
{
    struct proc_track *t, *next;
    if (HASH_COUNT(l->tracks) == l->n_found)
        return;
    HASH_ITER(hh, l->tracks, t, next)
    {
        if (t->seen != l->look)
            drop_track(l, t);
    }
}

int live_push_found(struct live *l, struct proc_track *t)
{
    if (l->n_found == l->cap_found) {
        size_t cap = l->cap_found ? l->cap_found * 2 : 64;
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): they are pointers, by intent */
        struct proc_track **grown = realloc(l->found, cap * sizeof *grown);
        if (!grown)
            return -ENOMEM;
        l->found = grown;
        l->cap_found = cap;
    }
    l->found[l->n_found++] = t;
    return 0;
}

bool live_is_fatal(int rc)
{
    return rc == -ENOMEM || rc == -EMFILE || rc == -ENFILE;
}

int live_look_at(struct live *l, struct proc_track *t)
{
    char state_before = t->stat.state;
    t->seen = l->look;
    t->is_skipped = false;
    int rc = track_read(&l->ctx, t);
    if (rc == 0) {
        l->is_kin_changed |= t->stat.state != state_before && t->stat.state == 'Z';
        return 1;
    }
    if (live_is_fatal(rc))
        return rc;
    l->is_kin_changed = true;
    if (rc == -EACCES || rc == -EPERM)
        l->unreadable++;
    drop_track(l, t);
    return 0;
}

/* ---- all of /proc ------------------------------------------------------------ */

/*
 * As live_find_track(), for PIDs that come in ascending order, look by look: no hashing, hardly a
 * cache miss.
 */
static struct proc_track *find_next_track(struct live *l, pid_t pid)
{
    while (l->at_before < l->n_before && l->before[l->at_before]->pid < pid)
        l->at_before++;
    if (l->at_before < l->n_before && l->before[l->at_before]->pid == pid)
        return l->before[l->at_before++];
    return live_find_track(l, pid);
}

/* What was found becomes what was found before. */
static void begin_system_look(struct live *l)
{
    struct proc_track **found = l->before;
    size_t cap = l->cap_before;
    l->before = l->found;
    l->cap_before = l->cap_found;
    l->found = found;
    l->cap_found = cap;
    l->n_before = l->n_last_found;
    l->at_before = 0;
}

static int scan_one(struct live *l, pid_t pid, enum track_role role)
{
    /* Twice: the PID may have been given to another process since. */
    for (int attempt = 0; attempt < 2; attempt++) {
        struct proc_track *t = attempt == 0 ? find_next_track(l, pid) : NULL;
        bool is_known = t != NULL;
        if (!t && !(t = live_add_track(l, pid, role)))
            return -ENOMEM;
        int rc = live_look_at(l, t);
        if (rc != 0)
            return rc < 0 ? rc : live_push_found(l, t);
        if (!is_known)
            break;
    }
    return 0;
}

static int scan_all(struct live *l, enum track_role role)
{
    ssize_t n = proc_list_numbers(l->ctx.root.fd, &l->pids, &l->cap_pids);
    if (n < 0)
        return (int)n;
    l->unreadable = 0;
    for (ssize_t i = 0; i < n; i++) {
        int rc = scan_one(l, l->pids[i], role);
        if (rc < 0)
            return rc;
    }
    return 0;
}

/* Those of the last look that are still there: all there are, while nobody has been born since. */
static int scan_known(struct live *l)
{
    for (size_t i = 0; i < l->n_before; i++) {
        int rc = scan_one(l, l->before[i]->pid, TRACK_MEMBER);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static bool is_own_supervisor(const struct live *l, const struct proc_track *t)
{
    return l->options.is_supervisor && t->pid == l->options.root_pid;
}

/* ---- a tree, by children files -------------------------------------------------- */

static int add_member(pid_t pid, void *arg)
{
    struct live *l = arg;
    struct proc_track *t = live_find_track(l, pid);
    if (t && t->role == TRACK_MEMBER)
        return 0; /* it is in the queue, or was done */
    if (!t && !(t = live_add_track(l, pid, TRACK_MEMBER)))
        return -ENOMEM;
    t->role = TRACK_MEMBER;
    return live_push_found(l, t);
}

static int queue_members(struct live *l)
{
    struct proc_track *t, *next;
    HASH_ITER(hh, l->tracks, t, next)
    {
        if (t->role == TRACK_MEMBER && live_push_found(l, t) < 0)
            return -ENOMEM;
    }
    return 0;
}

/*
 * Look at one of the queue. 1: it is there; 0: it has gone; -errno. What has not run can have no
 * children that it had not before. Only our supervisor gets some without doing anything: it adopts
 * orphans.
 */
static int scan_member(struct live *l, struct proc_track *t, uint64_t now_ns)
{
    if (!is_own_supervisor(l, t) && track_is_quiet(&l->ctx, t, now_ns)) {
        t->seen = l->look;
        return 1;
    }
    int rc = live_look_at(l, t);
    if (rc <= 0)
        return rc;
    rc = track_read_details(&l->ctx, t, now_ns);
    if (rc == 0)
        rc = track_each_child(&l->ctx, t, add_member, l);
    return live_is_fatal(rc) ? rc : 1; /* else it went away meanwhile: its stat stands */
}

/* Has its parent died, as far as we know? */
static bool is_orphan(struct live *l, const struct proc_track *t)
{
    const struct proc_track *parent = live_find_track(l, t->stat.ppid);
    return !parent || parent->stat.state == 'Z';
}

/* Someone has died: of those who were not read at this look its children have a new parent. */
static int look_at_skipped(struct live *l)
{
    size_t n_alive = 0;
    for (size_t i = 0; i < l->n_found; i++) {
        struct proc_track *t = l->found[i];
        int rc = t->is_skipped && is_orphan(l, t) ? live_look_at(l, t) : 1;
        if (rc < 0)
            return rc;
        if (rc > 0)
            l->found[n_alive++] = t;
    }
    l->n_found = n_alive;
    return 0;
}

/* found is a queue at first: all that were members before, then whom their children files name. */
static int scan_tree(struct live *l, uint64_t now_ns)
{
    size_t n_alive = 0;
    int rc = queue_members(l);
    if (rc < 0)
        return rc;
    l->ctx.patience = 1 + (unsigned)(l->n_found / LARGE_TREE);
    l->ctx.turn = (unsigned)(l->look % l->ctx.patience);
    l->ctx.is_calm = l->births >= 0 && l->births == l->births_listed;
    l->births_listed = l->births;
    l->is_kin_changed = false;
    l->unreadable = 0;
    for (size_t i = 0; i < l->n_found; i++) {
        struct proc_track *t = l->found[i];
        rc = scan_member(l, t, now_ns);
        if (rc < 0)
            return rc;
        if (rc > 0)
            l->found[n_alive++] = t;
    }
    l->n_found = n_alive;
    return l->is_kin_changed ? look_at_skipped(l) : 0;
}

/* ---- a tree, where there are no children files: by everybody's parent --------------- */

/*
 * Does t descend from a member? Walks up until that is known and writes it down on the whole way,
 * so that a chain is walked once, not once for each of its processes.
 */
static bool is_below_member(struct live *l, struct proc_track *t)
{
    size_t most = l->n_found + 1; /* a tree that changed while it was read may have a loop */
    struct proc_track *top = t;
    while (top && top->role == TRACK_PLAIN && most-- > 0)
        top = live_find_track(l, top->stat.ppid);
    if (!top || top->role != TRACK_MEMBER)
        return false;
    while (t != top) {
        t->role = TRACK_MEMBER;
        t = live_find_track(l, t->stat.ppid);
    }
    return true;
}

static int scan_tree_by_parents(struct live *l, uint64_t now_ns)
{
    size_t n_members = 0;
    int rc = scan_all(l, TRACK_PLAIN);
    for (size_t i = 0; rc == 0 && i < l->n_found; i++) {
        struct proc_track *t = l->found[i];
        if (t->role != TRACK_MEMBER && !is_below_member(l, t))
            continue;
        rc = track_read_details(&l->ctx, t, now_ns);
        l->found[n_members++] = t;
    }
    l->n_found = n_members;
    return rc;
}

/* ---- details of the whole system, in turn -------------------------------------------- */

uint64_t live_spare_ns(const struct live *l, uint64_t now_ns, unsigned percent)
{
    if (l->last_ns == 0)
        return SPARE_MOST_NS;
    uint64_t spare = (now_ns - l->last_ns) / 100 * percent;
    return spare < SPARE_LEAST_NS ? SPARE_LEAST_NS : spare > SPARE_MOST_NS ? SPARE_MOST_NS : spare;
}

static int refresh_all_details(struct live *l, uint64_t now_ns)
{
    for (size_t i = 0; i < l->n_found; i++) {
        int rc = track_read_details(&l->ctx, l->found[i], now_ns);
        if (rc < 0)
            return rc;
    }
    return 0;
}

static int refresh_some_details(struct live *l, uint64_t now_ns)
{
    uint64_t end_ns = clock_ns(CLOCK_MONOTONIC) + live_spare_ns(l, now_ns, 2);
    size_t n_done = 0;

    if (l->details_at == 0) {
        if (l->details_started_ns != 0 && now_ns - l->details_started_ns < SECOND_NS)
            return 0;
        l->details_started_ns = now_ns;
    }
    for (size_t i = 0; i < l->n_found; i++) {
        struct proc_track *t = l->found[i];
        if (t->pid <= l->details_at || t->stat.flags & PROC_FLAG_KTHREAD)
            continue;
        int rc = track_read_details(&l->ctx, t, now_ns);
        if (rc < 0)
            return rc;
        l->details_at = t->pid;
        if (++n_done % 8 == 0 && clock_ns(CLOCK_MONOTONIC) >= end_ns)
            return 0;
    }
    l->details_at = 0;
    return 0;
}

static int scan_system(struct live *l, uint64_t now_ns)
{
    begin_system_look(l);
    /* To list /proc is a third of a scan. Once a second it is done whatever births says. */
    bool is_known = l->births >= 0 && l->births == l->births_listed &&
                    now_ns - l->listed_ns < SECOND_NS && l->n_before > 0;
    if (!is_known) {
        l->births_listed = l->births;
        l->listed_ns = now_ns;
    }
    int rc = is_known ? scan_known(l) : scan_all(l, TRACK_MEMBER);
    l->n_last_found = rc < 0 ? 0 : l->n_found;
    if (rc < 0 || l->options.no_details)
        return rc;
    for (size_t i = 0; i < l->n_found; i++)
        if (l->found[i]->details)
            l->found[i]->details->was_active = false; /* unless it is refreshed now */
    return l->options.all_details ? refresh_all_details(l, now_ns)
                                  : refresh_some_details(l, now_ns);
}

/* ---- channels -------------------------------------------------------------------------------- */

/*
 * Note the ends of those found; of an outsider only what is watched. Returns how many, or -ENOMEM.
 */
static int note_ends(struct live *l, const struct proc_track *t)
{
    const struct track_details *d = t->details;
    int n = 0;
    for (size_t i = 0; d && i < d->fds.n; i++) {
        const struct fd_row *row = &d->fds.rows[i];
        if (t->role == TRACK_OUTSIDE && !channels_is_watched(l->channels, row))
            continue;
        const char *target = row->target ? d->fds.text + row->target : "";
        if (channels_note(l->channels, t->pid, row, target, t->role == TRACK_MEMBER,
                          d->was_active) < 0)
            return -ENOMEM;
        n++;
    }
    return n;
}

/* Of those found, from the first one on: who was added after the members. */
static int note_outsiders(struct live *l, size_t first)
{
    size_t n_kept = first;
    for (size_t i = first; i < l->n_found; i++) {
        struct proc_track *t = l->found[i];
        int n = note_ends(l, t);
        if (n < 0)
            return n;
        if (n == 0 && t->role == TRACK_OUTSIDE) {
            t->role = TRACK_PLAIN; /* it holds none any more */
            t->seen = 0;
            continue;
        }
        l->found[n_kept++] = t;
    }
    l->n_found = n_kept;
    return 0;
}

static int look_at_channels(struct live *l, uint64_t now_ns)
{
    size_t n_members = l->n_found;
    int rc = 0;
    channels_begin(l->channels);
    for (size_t i = 0; rc >= 0 && i < n_members; i++)
        if (!is_own_supervisor(l, l->found[i]))
            rc = note_ends(l, l->found[i]);
    if (rc >= 0)
        rc = channels_connect(l->channels, now_ns);
    if (rc >= 0 && l->options.root_pid != 0 && !l->options.no_outside) {
        rc = outside_look(l, now_ns);
        if (rc >= 0)
            rc = outside_search(l, now_ns);
        if (rc >= 0)
            rc = note_outsiders(l, n_members);
    }
    if (rc >= 0)
        channels_measure(l->channels, &l->ctx.root, now_ns);
    return rc < 0 ? rc : 0;
}

/* ---- the snapshot ------------------------------------------------------------------ */

/* kept: as in proc_root_read(). */
static int64_t read_births(struct proc_root *root, int *kept, char *buf, size_t cap)
{
    int64_t births;
    ssize_t n = proc_root_read(root, kept, "stat", buf, cap, 0);
    return n > 0 && parse_births(buf, (size_t)n, &births) == 0 ? births : -1;
}

int64_t live_births(void)
{
    struct proc_root root;
    char buf[sizeof((struct track_context *)0)->buf];
    if (proc_root_open(&root, NULL) < 0)
        return -1;
    int64_t births = read_births(&root, NULL, buf, sizeof buf);
    proc_root_close(&root);
    return births;
}

static int64_t count_hidden(const struct live *l)
{
    int64_t hidden = l->unreadable + l->search.hidden;
    if (l->is_hidepid)
        return -1;
    for (size_t i = 0; i < l->n_found; i++) {
        const struct track_details *d = l->found[i]->details;
        hidden += d && (d->fds_error == EACCES || d->fds_error == EPERM);
    }
    return hidden;
}

static bool is_watched_row(const struct fd_row *row, void *arg)
{
    return channels_is_watched(arg, row);
}

static int write_snapshot(struct live *l, struct snapshot *s)
{
    s->root_pid = l->options.root_pid;
    s->adopter_pid = l->options.is_supervisor ? l->options.root_pid : 0;
    s->births = l->births;
    s->births_before = l->options.births_before > 0 ? l->options.births_before : -1;
    s->hidden = count_hidden(l);
    for (size_t i = 0; i < l->n_found; i++) {
        const struct proc_track *t = l->found[i];
        if (is_own_supervisor(l, t) && t->role == TRACK_MEMBER)
            continue;
        int rc = track_write(&l->ctx, t, s, t->role == TRACK_OUTSIDE ? is_watched_row : NULL,
                             l->channels);
        if (rc < 0)
            return rc;
    }
    int rc = channels_write(l->channels, s);
    if (rc == 0)
        rc = memory_write(l, s, s->time_ns);
    if (rc == 0)
        rc = details_write(l, s);
    if (rc == 0)
        snapshot_finish(s);
    return rc;
}

static bool is_ending(void *arg, pid_t pid)
{
    const struct proc_track *t = live_find_track(arg, pid);
    return t && t->stat.flags & PROC_FLAG_EXITING;
}

/* What the kernel has told since the last look. */
static int write_events(struct live *l, struct snapshot *s)
{
    const struct lifecycle_record *records;
    struct live_reaped reaped;
    size_t n;
    if (!l->lifetimes)
        return 0;
    while (l->options.next_reaped && l->options.next_reaped(l->options.reaped_arg, &reaped))
        lifetimes_note_status(l->lifetimes, reaped.pid, reaped.wait_status, reaped.time_ns);
    int rc = lifecycle_take(l->options.lifecycle, s->time_ns, &records, &n);
    return rc < 0 ? rc : lifetimes_apply(l->lifetimes, records, n, s, is_ending, l);
}

static int scan(struct live *l, uint64_t now_ns)
{
    if (l->options.root_pid == 0)
        return scan_system(l, now_ns);
    return l->has_children ? scan_tree(l, now_ns) : scan_tree_by_parents(l, now_ns);
}

static int live_next(struct source *source, struct snapshot **out)
{
    struct live *l = (struct live *)source;
    struct snapshot *s = snapshot_new();
    if (!s)
        return -ENOMEM;
    uint64_t now_ns = s->time_ns = clock_ns(CLOCK_BOOTTIME);
    l->look++;
    l->n_found = 0;
    l->births = read_births(&l->ctx.root, &l->births_file, l->ctx.buf,
                            sizeof l->ctx.buf); /* before /proc is listed */
    int rc = scan(l, now_ns);
    if (rc == 0)
        rc = look_at_channels(l, now_ns);
    if (rc == 0)
        rc = write_snapshot(l, s);
    if (rc == 0)
        rc = write_events(l, s);
    if (rc < 0) {
        snapshot_free(s);
        return rc;
    }
    drop_unseen(l);
    l->last_ns = now_ns;
    *out = s;
    return 0;
}

/* ---- begin and end ----------------------------------------------------------------- */

static void live_free(struct source *source)
{
    struct live *l = (struct live *)source;
    struct proc_track *t, *next;
    HASH_ITER(hh, l->tracks, t, next)
    {
        drop_track(l, t);
    }
    proc_root_drop(&l->ctx.root, &l->births_file);
    channels_free(l->channels);
    track_context_fini(&l->ctx);
    free(l->found);
    free(l->before);
    free(l->pids);
    outside_fini(&l->search);
    lifetimes_free(l->lifetimes);
    details_fini(l);
    free(l);
}

/*
 * Begin to track the root. Its start time makes sure that it is not another one by its PID later.
 */
static int begin_tree(struct live *l)
{
    char path[PROC_PATH_MAX];
    struct proc_track *root = live_add_track(l, l->options.root_pid, TRACK_MEMBER);
    if (!root)
        return -ENOMEM;
    int rc = track_read(&l->ctx, root);
    if (rc < 0)
        return rc == -ENOENT ? -ESRCH : rc;
    snprintf(path, sizeof path, "%d/task/%d/children", (int)root->pid, (int)root->pid);
    ssize_t n = proc_root_read(&l->ctx.root, NULL, path, l->ctx.buf, sizeof l->ctx.buf, 0);
    l->has_children = n != -ENOENT;
    return 0;
}

/* Is PID 1, which always is, not even there? */
static bool is_hidepid(struct live *l)
{
    struct stat st;
    return fstatat(l->ctx.root.fd, "1", &st, 0) == -1 && errno == ENOENT;
}

static void live_want(struct source *source, const struct source_wish *wish)
{
    ((struct live *)source)->wish = *wish;
}

int live_open(const struct live_options *options, struct source **source)
{
    static const struct source_ops ops = {.next = live_next, .free = live_free, .want = live_want};
    struct live *l = calloc(1, sizeof *l);
    if (!l)
        return -ENOMEM;
    int rc = track_context_init(&l->ctx, options->proc_root);
    if (rc < 0) {
        free(l);
        return rc;
    }
    l->source.ops = &ops;
    l->options = *options;
    l->options.proc_root = NULL; /* the caller's */
    l->births_file = -1;
    l->own_pid = options->proc_root ? 0 : getpid();
    l->ctx.keeps_details = options->root_pid != 0;
    l->is_hidepid = !options->proc_root && is_hidepid(l);
    l->channels = channels_new(options->no_peek, (options->root_pid ? 1 : 5) * SECOND_NS);
    rc = !l->channels ? -ENOMEM : options->root_pid ? begin_tree(l) : 0;
    if (rc == 0 && options->lifecycle) {
        l->lifetimes = lifetimes_new(options->root_pid, lifecycle_from(options->lifecycle),
                                     !options->is_supervisor);
        rc = l->lifetimes ? 0 : -ENOMEM;
    }
    if (rc < 0) {
        live_free(&l->source);
        return rc;
    }
    *source = &l->source;
    return 0;
}
