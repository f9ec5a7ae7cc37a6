#include "proc/detail.h"
#include "proc/clock.h"

#include "model/snapshot.h"
#include "proc/detail_parse.h"
#include "proc/maps.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SELDOM_NS UINT64_C(500000000)
/* What is read seldom may take one part in so many of the time: /proc/PID/maps can be long. */
#define SELDOM_SHARE 50
/* A status file with as many groups as there can be (65536) is below this. */
#define LARGEST_FILE ((size_t)1 << 20)

static int open_file(const struct proc_root *root, pid_t pid, const char *name)
{
    char path[PROC_PATH_MAX];
    snprintf(path, sizeof path, "%d/%s", (int)pid, name);
    int fd = openat(root->fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    return fd < 0 ? -errno : fd;
}

/* All of a file, malloc'ed. Its length, or -errno. */
static ssize_t read_file(const struct proc_root *root, pid_t pid, const char *name, char **out)
{
    size_t cap = 8192, n = 0;
    ssize_t got = 1;
    int fd = open_file(root, pid, name);
    if (fd < 0)
        return fd;
    char *text = malloc(cap);
    while (text && got > 0 && n < LARGEST_FILE) {
        if (n == cap) {
            char *grown = realloc(text, cap *= 2);
            if (!grown)
                free(text);
            text = grown;
            continue;
        }
        got = read(fd, text + n, cap - n);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got > 0)
            n += (size_t)got;
    }
    ssize_t result = !text ? -ENOMEM : got < 0 ? -errno : (ssize_t)n;
    close(fd);
    if (result < 0)
        free(text);
    else
        *out = text;
    return result;
}

/* Keep len bytes in *text instead of what was there. 0 or -ENOMEM. */
static int keep(char **text, const char *bytes, size_t len)
{
    char *copy = strndup(bytes, len);
    if (!copy)
        return -ENOMEM;
    free(*text);
    *text = copy;
    return 0;
}

/* Where a link leads to. 0 or -errno; *text is NULL then. */
static int read_link(const struct proc_root *root, pid_t pid, const char *name, char **text)
{
    char path[PROC_PATH_MAX], target[PATH_MAX];
    snprintf(path, sizeof path, "%d/%s", (int)pid, name);
    ssize_t n = readlinkat(root->fd, path, target, sizeof target);
    int error = n < 0 ? -errno : keep(text, target, (size_t)n);
    if (error) {
        free(*text);
        *text = NULL;
    }
    return error;
}

static void take_ids(struct details *d, const struct proc_status_ids *ids)
{
    memcpy(d->uids, ids->uids, sizeof d->uids);
    memcpy(d->gids, ids->gids, sizeof d->gids);
    d->umask = ids->umask;
    d->no_new_privs = (int)ids->no_new_privs;
    d->seccomp = (int)ids->seccomp;
    d->has_signals = ids->has_signals;
    d->signals = ids->signals;
    d->has_capabilities = ids->has_capabilities;
    d->capabilities = ids->capabilities;
    d->rss_anonymous_bytes = ids->rss_anonymous_bytes;
    d->rss_file_bytes = ids->rss_file_bytes;
    d->rss_shared_bytes = ids->rss_shared_bytes;
    d->swapped_bytes = ids->swapped_bytes;
    d->highest_rss_bytes = ids->highest_rss_bytes;
}

static int read_status(const struct proc_root *root, struct detail_reading *r)
{
    char *text = NULL;
    struct proc_status_ids ids;
    ssize_t n = read_file(root, r->figures.pid, "status", &text);
    int error = n < 0 ? (int)n : parse_status_ids(text, (size_t)n, &ids);
    if (!error) {
        take_ids(&r->figures, &ids);
        error = keep(&r->groups, ids.groups ? ids.groups : "", ids.groups_bytes);
    }
    free(text);
    r->figures.status_error = -error;
    return error == -ENOMEM ? error : 0;
}

static int read_limits(const struct proc_root *root, struct details *d)
{
    char *text = NULL;
    struct proc_limits limits;
    ssize_t n = read_file(root, d->pid, "limits", &text);
    int error = n < 0 ? (int)n : parse_limits(text, (size_t)n, &limits);
    if (!error)
        memcpy(d->limits, limits.of, sizeof d->limits);
    free(text);
    d->limits_error = -error;
    return error;
}

static int read_cgroup(const struct proc_root *root, struct detail_reading *r)
{
    char *text = NULL;
    struct proc_cgroup cgroup;
    ssize_t n = read_file(root, r->figures.pid, "cgroup", &text);
    int error = n < 0 ? (int)n : parse_cgroup(text, (size_t)n, &cgroup);
    if (!error)
        error = keep(&r->cgroup, cgroup.path, cgroup.path_bytes);
    free(text);
    r->figures.cgroup_error = -error;
    return error;
}

static void count_environment(const struct proc_root *root, struct details *d)
{
    char bytes[16384];
    struct environment_count count = {0};
    ssize_t n;
    int fd = open_file(root, d->pid, "environ");
    if (fd < 0) {
        d->environment_error = -fd;
        return;
    }
    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        environment_count_add(&count, bytes, (size_t)n);
    d->environment_error = n < 0 ? errno : 0;
    explicit_bzero(bytes, sizeof bytes);
    close(fd);
    if (d->environment_error)
        return;
    d->environment_bytes = count.bytes;
    d->environment_variables = count.variables;
}

struct maps_count {
    struct map_sum *sums;
    const char *executable;
};

static int count_mapping(const struct mapping *m, void *arg)
{
    const struct maps_count *c = arg;
    struct map_sum *sum = &c->sums[map_kind_of(m, c->executable)];
    sum->n++;
    sum->bytes += (int64_t)(m->end - m->start);
    return 0;
}

static void count_maps(const struct proc_root *root, struct detail_reading *r)
{
    struct details *d = &r->figures;
    struct maps_count count = {.sums = d->maps, .executable = r->executable ? r->executable : ""};
    memset(d->maps, 0, sizeof d->maps);
    d->maps_error = -maps_each(root, d->pid, count_mapping, &count);
}

/* What changes seldom. 0 or -ENOMEM. */
static int read_rest(const struct proc_root *root, struct detail_reading *r)
{
    struct details *d = &r->figures;
    int folder = read_link(root, d->pid, "cwd", &r->folder);
    int executable = read_link(root, d->pid, "exe", &r->executable);
    d->folder_error = -folder;
    d->executable_error = -executable;
    int limits = read_limits(root, d), cgroup = read_cgroup(root, r);
    count_maps(root, r);
    bool is_short =
        folder == -ENOMEM || executable == -ENOMEM || limits == -ENOMEM || cgroup == -ENOMEM;
    return is_short ? -ENOMEM : 0;
}

static bool is_same_program(const struct detail_reading *r, const struct proc_stat *stat)
{
    return r->figures.pid == stat->pid && r->start_ticks == stat->start_ticks &&
           r->start_stack == stat->start_stack && r->arg_start == stat->arg_start;
}

int detail_read(struct proc_root *root, const struct proc_stat *stat, uint64_t now_ns,
                struct detail_reading *reading)
{
    bool is_new = !is_same_program(reading, stat);
    if (is_new) {
        detail_fini(reading);
        details_init(&reading->figures, stat->pid);
        reading->start_ticks = stat->start_ticks;
        reading->start_stack = stat->start_stack;
        reading->arg_start = stat->arg_start;
    }
    int error = read_status(root, reading);
    if (error || (!is_new && now_ns < reading->due_ns))
        return error;
    uint64_t begun_ns = clock_ns(CLOCK_MONOTONIC);
    if (is_new)
        count_environment(root, &reading->figures); /* the kernel's copy is that of the exec */
    error = read_rest(root, reading);
    uint64_t pause_ns = (clock_ns(CLOCK_MONOTONIC) - begun_ns) * SELDOM_SHARE;
    reading->due_ns = now_ns + (pause_ns > SELDOM_NS ? pause_ns : SELDOM_NS);
    return error;
}

static uint32_t add_text(struct snapshot *s, const char *text)
{
    return text ? snapshot_add_text(s, text, strlen(text)) : 0;
}

int detail_write(const struct detail_reading *reading, struct snapshot *s)
{
    struct details *d = snapshot_add_details(s, reading->figures.pid);
    if (!d)
        return -ENOMEM;
    *d = reading->figures;
    d->groups_text = add_text(s, reading->groups);
    d->executable_text = add_text(s, reading->executable);
    d->folder_text = add_text(s, reading->folder);
    d->cgroup_text = add_text(s, reading->cgroup);
    return 0;
}

void detail_fini(struct detail_reading *reading)
{
    free(reading->groups);
    free(reading->executable);
    free(reading->folder);
    free(reading->cgroup);
    memset(reading, 0, sizeof *reading);
}
