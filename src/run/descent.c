#include "run/descent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PROCESSES_MAX = 1 << 22 }; /* PID_MAX_LIMIT of the kernel */

int descent_init(struct descent *d)
{
    void *room = mmap(NULL, PROCESSES_MAX * sizeof *d->pids, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (room == MAP_FAILED)
        return -errno;
    *d = (struct descent){.pids = room, .capacity = PROCESSES_MAX};
    return 0;
}

void descent_fini(struct descent *d)
{
    if (d->pids)
        munmap(d->pids, d->capacity * sizeof *d->pids);
    *d = (struct descent){0};
}

/* snprintf() is not on the list of what is safe after fork, so paths are put together by hand. */
static char *append_text(char *to, const char *text)
{
    while (*text)
        *to++ = *text++;
    *to = '\0';
    return to;
}

static char *append_number(char *to, long number)
{
    char digits[24];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (n > 0)
        *to++ = digits[--n];
    *to = '\0';
    return to;
}

static pid_t parse_pid(const char *text)
{
    long pid = 0;
    for (; *text >= '0' && *text <= '9' && pid < PROCESSES_MAX; text++)
        pid = pid * 10 + (*text - '0');
    return *text == '\0' ? (pid_t)pid : 0;
}

static int open_proc(pid_t pid, const char *below, int flags)
{
    char path[64];
    append_text(append_number(append_text(path, "/proc/"), pid), below);
    int fd = open(path, flags | O_CLOEXEC);
    return fd < 0 ? -errno : fd;
}

static const char *parse_number(const char *text, pid_t *number)
{
    long value = 0;
    for (; *text >= '0' && *text <= '9'; text++)
        value = value * 10 + (*text - '0');
    *number = (pid_t)value;
    return text + (*text == ' ');
}

int descent_read_stat(pid_t pid, struct descent_stat *stat)
{
    int fd = open_proc(pid, "/stat", O_RDONLY);
    if (fd < 0)
        return fd;
    /* comm has at most 63 bytes, but may hold any of them, ')' too: the last one counts. */
    char text[256];
    ssize_t len = read(fd, text, sizeof text - 1);
    close(fd);
    if (len < 0)
        return -ESRCH; /* the only error there is: it went between the two calls */
    text[len] = '\0';
    const char *end = strrchr(text, ')');
    if (!end || end[1] != ' ' || !end[2] || end[3] != ' ')
        return -ESRCH;
    stat->state = end[2];
    parse_number(parse_number(end + 4, &stat->ppid), &stat->pgrp);
    return 0;
}

int descent_open_fdinfo(pid_t pid, int fd)
{
    char below[64];
    append_number(append_text(below, "/fdinfo/"), fd);
    return open_proc(pid, below, O_RDONLY);
}

struct walk {
    struct descent *found;
    pid_t root; /* or the group that is looked for */
    void (*visit)(pid_t pid, void *arg);
    void *arg;
};

static void walk_add(struct walk *w, pid_t pid)
{
    if (w->found->n == w->found->capacity)
        return;
    w->found->pids[w->found->n++] = pid;
    if (w->visit)
        w->visit(pid, w->arg);
}

/* The children that one task made: "12 345 ", in one line of any length. */
static int walk_children_of_task(struct walk *w, int task_dir, const char *tid)
{
    char path[64];
    append_text(append_text(path, tid), "/children");
    int fd = openat(task_dir, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    char text[4096];
    long pid = 0;
    ssize_t len;
    while ((len = read(fd, text, sizeof text)) > 0) {
        for (ssize_t i = 0; i < len; i++) {
            if (text[i] >= '0' && text[i] <= '9') {
                pid = pid * 10 + (text[i] - '0');
            } else if (pid > 0) {
                walk_add(w, (pid_t)pid);
                pid = 0;
            }
        }
    }
    if (pid > 0)
        walk_add(w, (pid_t)pid);
    close(fd);
    return 0;
}

/*
 * Call each(name, arg) for all entries that are numbers. Not readdir(), which allocates.
 */
static int for_each_number(int dir, int (*each)(struct walk *w, int dir, const char *name),
                           struct walk *w)
{
    _Alignas(struct dirent64) char buffer[4096];
    int err = 0;
    ssize_t len;
    while ((len = getdents64(dir, buffer, sizeof buffer)) > 0) {
        for (ssize_t at = 0; at < len;) {
            const struct dirent64 *entry = (const void *)(buffer + at);
            at += entry->d_reclen;
            if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') {
                int e = each(w, dir, entry->d_name);
                err = err ? err : e;
            }
        }
    }
    return len < 0 ? -errno : err;
}

static int walk_children(struct walk *w, pid_t pid)
{
    int dir = open_proc(pid, "/task", O_RDONLY | O_DIRECTORY);
    if (dir < 0)
        return dir;
    int err = for_each_number(dir, walk_children_of_task, w);
    close(dir);
    return err;
}

int descent_walk(struct descent *d, pid_t root, void (*visit)(pid_t, void *), void *arg)
{
    struct walk w = {.found = d, .root = root, .visit = visit, .arg = arg};
    d->n = 0;
    int err = walk_children(&w, root);
    if (err) {
        struct descent_stat stat;
        /* The root is there, so it is the file that is not: the kernel does not have it. */
        if (d->n == 0 && err == -ENOENT && descent_read_stat(root, &stat) == 0)
            return descent_walk_by_parent(d, root, visit, arg);
        return d->n == 0 ? err : 0;
    }
    for (size_t i = 0; i < d->n; i++)
        walk_children(&w, d->pids[i]); /* one that has gone has no children any more */
    return 0;
}

static bool is_found(const struct descent *d, pid_t root, pid_t pid)
{
    if (pid == root)
        return true;
    for (size_t i = 0; i < d->n; i++)
        if (d->pids[i] == pid)
            return true;
    return false;
}

static int walk_if_child(struct walk *w, int dir, const char *name)
{
    (void)dir;
    pid_t pid = parse_pid(name);
    struct descent_stat stat;
    if (pid > 0 && !is_found(w->found, w->root, pid) && descent_read_stat(pid, &stat) == 0 &&
        is_found(w->found, w->root, stat.ppid))
        walk_add(w, pid);
    return 0;
}

int descent_walk_by_parent(struct descent *d, pid_t root, void (*visit)(pid_t, void *), void *arg)
{
    struct walk w = {.found = d, .root = root, .visit = visit, .arg = arg};
    size_t before;
    d->n = 0;
    do {
        before = d->n;
        int dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (dir < 0)
            return -errno;
        int err = for_each_number(dir, walk_if_child, &w);
        close(dir);
        if (err)
            return err;
    } while (d->n > before);
    return 0;
}

static int find_member(struct walk *w, int dir, const char *name)
{
    (void)dir;
    pid_t *member = w->arg, pid = parse_pid(name);
    struct descent_stat stat;
    if (*member == 0 && descent_read_stat(pid, &stat) == 0 && stat.pgrp == w->root)
        *member = pid;
    return 0;
}

pid_t descent_find_group_member(pid_t pgrp)
{
    struct descent_stat stat;
    if (descent_read_stat(pgrp, &stat) == 0 && stat.pgrp == pgrp)
        return pgrp;
    pid_t member = 0;
    struct walk w = {.root = pgrp, .arg = &member};
    int dir = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return 0;
    for_each_number(dir, find_member, &w);
    close(dir);
    return member;
}
