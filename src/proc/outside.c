/* Who, beyond the watched tree, holds an end of one of its channels. */
#include "model/snapshot.h"
#include "proc/clock.h"
#include "proc/live_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A process that the search has looked into and that held no watched channel. */
struct searched {
    pid_t pid;
    int64_t n_fds;               /* -1: unknown */
    struct proc_schedstat sched; /* of its main thread */
    uint64_t round;              /* in which it was met last */
    bool is_hidden;              /* its fds may not be listed, and it might hold an end */
    UT_hash_handle hh;
};

static bool is_members_session(const struct live *l, pid_t session)
{
    for (size_t i = 0; i < l->n_found; i++)
        if (l->found[i]->role == TRACK_MEMBER && l->found[i]->stat.session == session)
            return true;
    return false;
}

/*
 * We may not list its fds. Could it hold an end? Of a member's session: it has the same ancestors.
 */
static bool may_hold_unseen(struct live *l, const char *pid_path)
{
    struct proc_stat stat;
    char path[PROC_PATH_MAX];
    snprintf(path, sizeof path, "%s/stat", pid_path);
    ssize_t n = proc_root_read(&l->ctx.root, NULL, path, l->ctx.buf, sizeof l->ctx.buf, 0);
    return n > 0 && parse_stat(l->ctx.buf, (size_t)n, &stat) == 0 && stat.session > 0 &&
           stat.state != 'Z' && is_members_session(l, stat.session);
}

/* Does the folder of fds hold one that refers to a watched channel? */
static int holds_watched(struct live *l, int dir)
{
    char name[16];
    struct stat st;
    ssize_t n = proc_list_numbers(dir, &l->pids, &l->cap_pids);
    for (ssize_t i = 0; i < n; i++) {
        snprintf(name, sizeof name, "%d", l->pids[i]);
        if (fstatat(dir, name, &st, 0) == -1)
            continue;
        struct fd_row row = {
            .kind = fd_kind_of(&st, l->ctx.pipe_device), .device = st.st_dev, .inode = st.st_ino};
        if (channels_is_watched(l->channels, &row))
            return 1;
    }
    return 0;
}

/*
 * Look into a process's fds. 1: it holds a watched one; 0: it does not, or cannot be looked into;
 * -errno: fatal.
 */
static int look_into(struct live *l, struct searched *seen)
{
    char path[PROC_PATH_MAX], pid_path[16];
    bool is_kept;

    snprintf(pid_path, sizeof pid_path, "%d", (int)seen->pid);
    snprintf(path, sizeof path, "%s/fd", pid_path);
    seen->is_hidden = false;
    int dir = proc_root_open_dir(&l->ctx.root, NULL, path, &is_kept);
    if (dir < 0) {
        if (dir == -EACCES || dir == -EPERM)
            seen->is_hidden = may_hold_unseen(l, pid_path);
        return live_is_fatal(dir) ? dir : 0;
    }
    int is_holder = holds_watched(l, dir);
    close(dir);
    return is_holder;
}

/* Has it changed since it was looked into last? Notes how it is now. */
static bool is_searched_anew(struct live *l, struct searched *seen)
{
    char path[PROC_PATH_MAX];
    struct stat st;
    struct searched before = *seen;

    snprintf(path, sizeof path, "%d/fd", (int)seen->pid);
    seen->n_fds =
        l->ctx.has_fd_count && fstatat(l->ctx.root.fd, path, &st, 0) == 0 ? st.st_size : -1;
    if (seen->n_fds == 0) {
        seen->is_hidden = false; /* a kernel thread, a zombie */
        return false;
    }
    if (seen->pid == l->own_pid && seen->n_fds >= 0)
        return l->search.is_thorough || seen->n_fds != before.n_fds; /* we always run */
    snprintf(path, sizeof path, "%d/schedstat", (int)seen->pid);
    ssize_t n = proc_root_read(&l->ctx.root, NULL, path, l->ctx.buf, sizeof l->ctx.buf, 0);
    if (n < 0 || parse_schedstat(l->ctx.buf, (size_t)n, &seen->sched) < 0)
        seen->sched = (struct proc_schedstat){-1, -1, -1};
    return l->search.is_thorough || seen->sched.slices < 1 || seen->n_fds != before.n_fds ||
           memcmp(&seen->sched, &before.sched, sizeof before.sched) != 0;
}

static int add_outsider(struct live *l, pid_t pid, uint64_t now_ns)
{
    struct proc_track *t = live_find_track(l, pid);
    if (!t && !(t = live_add_track(l, pid, TRACK_OUTSIDE)))
        return -ENOMEM;
    int rc = live_look_at(l, t);
    if (rc <= 0)
        return rc;
    /* A member's child that was born since the members were looked at is no outsider. */
    const struct proc_track *parent = live_find_track(l, t->stat.ppid);
    t->role = parent && parent->role == TRACK_MEMBER ? TRACK_MEMBER : TRACK_OUTSIDE;
    rc = track_read_details(&l->ctx, t, now_ns);
    return rc < 0 ? rc : live_push_found(l, t);
}

static int search_one(struct live *l, pid_t pid, uint64_t now_ns)
{
    struct searched *seen;
    const struct proc_track *t = live_find_track(l, pid);

    if (t && (t->role != TRACK_PLAIN || t->stat.flags & PROC_FLAG_KTHREAD))
        return 0;
    HASH_FIND_INT(l->search.seen, &pid, seen);
    if (!seen) {
        seen = calloc(1, sizeof *seen);
        if (!seen)
            return -ENOMEM;
        seen->pid = pid;
        HASH_ADD_INT(l->search.seen, pid, seen);
    }
    seen->round = l->search.round;
    int rc = is_searched_anew(l, seen) ? look_into(l, seen) : 0;
    l->search.hidden_so_far += seen->is_hidden;
    return rc > 0 ? add_outsider(l, pid, now_ns) : rc;
}

static void forget_searched(struct outside_search *search, bool is_all)
{
    struct searched *seen, *next;
    HASH_ITER(hh, search->seen, seen, next)
    {
        if (is_all || seen->round != search->round) {
            /* NOLINTNEXTLINE(clang-analyzer-unix.Malloc): it takes the table for freed too early */
            HASH_DEL(search->seen, seen);
            free(seen);
        }
    }
}

static int begin_round(struct live *l, uint64_t now_ns)
{
    struct outside_search *search = &l->search;
    ssize_t n = proc_list_numbers(l->ctx.root.fd, &search->pids, &search->cap);
    if (n < 0)
        return (int)n;
    uint64_t births = channels_count_births(l->channels);
    search->is_thorough = search->round++ % 10 == 0 || births != search->births;
    search->births = births;
    search->n = (size_t)n;
    search->at = 0;
    search->hidden_so_far = 0;
    search->started_ns = now_ns;
    search->is_running = true;
    return 0;
}

int outside_search(struct live *l, uint64_t now_ns)
{
    struct outside_search *search = &l->search;
    bool is_first = search->started_ns == 0; /* that one is not cut into slices */
    uint64_t end_ns = clock_ns(CLOCK_MONOTONIC) + live_spare_ns(l, now_ns, 1);

    if (!channels_is_any_watched(l->channels))
        return 0;
    if (!search->is_running) {
        if (!is_first && now_ns - search->started_ns < SECOND_NS)
            return 0;
        int rc = begin_round(l, now_ns);
        if (rc < 0)
            return rc;
    }
    while (search->at < search->n) {
        int rc = search_one(l, search->pids[search->at++], now_ns);
        if (rc < 0)
            return rc;
        if (!is_first && search->at % 8 == 0 && clock_ns(CLOCK_MONOTONIC) >= end_ns)
            return 0;
    }
    search->is_running = false;
    search->hidden = search->hidden_so_far;
    forget_searched(search, false);
    return 0;
}

/* Those found before: are they still there? */
int outside_look(struct live *l, uint64_t now_ns)
{
    struct proc_track *t, *next;
    HASH_ITER(hh, l->tracks, t, next)
    {
        if (t->role != TRACK_OUTSIDE)
            continue;
        int rc = 0;
        if (track_is_quiet(&l->ctx, t, now_ns)) {
            t->seen = l->look;
        } else {
            rc = live_look_at(l, t);
            if (rc == 0)
                continue;
            if (rc > 0)
                rc = track_read_details(&l->ctx, t, now_ns);
        }
        if (rc == 0)
            rc = live_push_found(l, t);
        if (rc < 0)
            return rc;
    }
    return 0;
}

void outside_fini(struct outside_search *search)
{
    forget_searched(search, true);
    free(search->pids);
}
