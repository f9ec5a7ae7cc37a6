#include "proc/detail_parse.h"

#include <errno.h>
#include <string.h>

/* What is after the label of a line, up to its '\n'. */
struct line {
    const char *at, *end;
};

/* False: there is no such line. A last one without '\n' may have been cut: it is none. */
static bool find_line(const char *text, size_t len, const char *label, struct line *line)
{
    const char *end = text + len, *line_end;
    size_t n = strlen(label);
    for (; text < end && (line_end = memchr(text, '\n', (size_t)(end - text)));
         text = line_end + 1) {
        if ((size_t)(line_end - text) < n || memcmp(text, label, n) != 0)
            continue;
        *line = (struct line){text + n, line_end};
        return true;
    }
    return false;
}

static void skip_space(struct line *l)
{
    while (l->at < l->end && (*l->at == ' ' || *l->at == '\t'))
        l->at++;
}

static int digit_of(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

/* A whole word that is a number; false where it is none, or too large. */
static bool take_number(struct line *l, unsigned base, uint64_t *out)
{
    uint64_t value = 0;
    skip_space(l);
    const char *begin = l->at;
    for (; l->at < l->end && (unsigned)digit_of(*l->at) < base; l->at++)
        if (__builtin_mul_overflow(value, base, &value) ||
            __builtin_add_overflow(value, (unsigned)digit_of(*l->at), &value))
            return false;
    *out = value;
    return l->at > begin && (l->at == l->end || *l->at == ' ' || *l->at == '\t');
}

static bool take_figure(struct line *l, unsigned base, int64_t *out)
{
    uint64_t value;
    if (!take_number(l, base, &value) || value > INT64_MAX)
        return false;
    *out = (int64_t)value;
    return true;
}

/* A line with one figure into *out, -1 where there is none; false: it is broken. */
static bool read_figure(const char *text, size_t len, const char *label, unsigned base,
                        int64_t *out)
{
    struct line l;
    *out = -1;
    return !find_line(text, len, label, &l) || take_figure(&l, base, out);
}

static bool read_kilobytes(const char *text, size_t len, const char *label, int64_t *out)
{
    int64_t kilobytes;
    if (!read_figure(text, len, label, 10, &kilobytes) || kilobytes > INT64_MAX / 1024)
        return false;
    *out = kilobytes < 0 ? -1 : kilobytes * 1024;
    return true;
}

static bool read_ids(const char *text, size_t len, const char *label, int64_t ids[ID_COUNT])
{
    struct line l;
    bool is_there = find_line(text, len, label, &l);
    for (int i = 0; i < ID_COUNT; i++) {
        ids[i] = -1;
        if (is_there && !take_figure(&l, 10, &ids[i]))
            return false;
    }
    return true;
}

/* A set in hexadecimal; *has becomes false where there is no such line. */
static bool read_set(const char *text, size_t len, const char *label, uint64_t *out, bool *has)
{
    struct line l;
    *out = 0;
    if (find_line(text, len, label, &l))
        return take_number(&l, 16, out);
    *has = false;
    return true;
}

static bool read_signals(const char *text, size_t len, struct proc_status_ids *s)
{
    s->has_signals = true;
    bool is_sound = read_set(text, len, "SigPnd:", &s->signals.pending, &s->has_signals) &&
                    read_set(text, len, "ShdPnd:", &s->signals.all_pending, &s->has_signals) &&
                    read_set(text, len, "SigBlk:", &s->signals.blocked, &s->has_signals) &&
                    read_set(text, len, "SigIgn:", &s->signals.ignored, &s->has_signals) &&
                    read_set(text, len, "SigCgt:", &s->signals.caught, &s->has_signals);
    s->has_capabilities = true;
    return is_sound && read_set(text, len, "CapEff:", &s->capabilities, &s->has_capabilities);
}

static bool read_memory(const char *text, size_t len, struct proc_status_ids *s)
{
    return read_kilobytes(text, len, "RssAnon:", &s->rss_anonymous_bytes) &&
           read_kilobytes(text, len, "RssFile:", &s->rss_file_bytes) &&
           read_kilobytes(text, len, "RssShmem:", &s->rss_shared_bytes) &&
           read_kilobytes(text, len, "VmSwap:", &s->swapped_bytes) &&
           read_kilobytes(text, len, "VmHWM:", &s->highest_rss_bytes);
}

int parse_status_ids(const char *text, size_t len, struct proc_status_ids *out)
{
    struct proc_status_ids s;
    struct line l;
    memset(&s, 0, sizeof s); /* its padding, too */
    if (!find_line(text, len, "Tgid:", &l) || !read_ids(text, len, "Uid:", s.uids) ||
        !read_ids(text, len, "Gid:", s.gids) || !read_figure(text, len, "Umask:", 8, &s.umask) ||
        !read_figure(text, len, "NoNewPrivs:", 10, &s.no_new_privs) ||
        !read_figure(text, len, "Seccomp:", 10, &s.seccomp) || !read_signals(text, len, &s) ||
        !read_memory(text, len, &s) || s.no_new_privs > 1 || s.seccomp > 2)
        return -EINVAL;
    if (find_line(text, len, "Groups:", &l)) {
        skip_space(&l);
        while (l.end > l.at && l.end[-1] == ' ')
            l.end--;
        s.groups = l.at;
        s.groups_bytes = (size_t)(l.end - l.at);
    }
    *out = s;
    return 0;
}

/* ---- limits ------------------------------------------------------------------------- */

static bool take_limit(struct line *l, int64_t *out)
{
    static const char unlimited[] = "unlimited";
    size_t n = sizeof unlimited - 1;
    skip_space(l);
    if ((size_t)(l->end - l->at) >= n && memcmp(l->at, unlimited, n) == 0) {
        l->at += n;
        *out = LIMIT_NONE;
        return l->at == l->end || *l->at == ' ';
    }
    return take_figure(l, 10, out);
}

int parse_limits(const char *text, size_t len, struct proc_limits *out)
{
    static const char *const labels[LIMIT_COUNT] = {
        [LIMIT_OPEN_FILES] = "Max open files ",       [LIMIT_PROCESSES] = "Max processes ",
        [LIMIT_ADDRESS_SPACE] = "Max address space ", [LIMIT_STACK] = "Max stack size ",
        [LIMIT_CORE] = "Max core file size ",         [LIMIT_CPU] = "Max cpu time ",
        [LIMIT_FILE_SIZE] = "Max file size ",
    };
    struct proc_limits limits;
    size_t n_found = 0;
    for (int i = 0; i < LIMIT_COUNT; i++) {
        struct line l;
        limits.of[i] = (struct limit){-1, -1};
        if (!find_line(text, len, labels[i], &l))
            continue;
        n_found++;
        if (!take_limit(&l, &limits.of[i].soft) || !take_limit(&l, &limits.of[i].hard))
            return -EINVAL;
    }
    if (n_found == 0)
        return -EINVAL;
    *out = limits;
    return 0;
}

/* ---- cgroup ------------------------------------------------------------------------- */

int parse_cgroup(const char *text, size_t len, struct proc_cgroup *out)
{
    struct line l;
    if (!find_line(text, len, "0::", &l)) {
        const char *end = memchr(text, '\n', len);
        const char *colon = end ? memchr(text, ':', (size_t)(end - text)) : NULL;
        colon = colon ? memchr(colon + 1, ':', (size_t)(end - colon - 1)) : NULL;
        if (!colon)
            return -EINVAL;
        l = (struct line){colon + 1, end};
    }
    if (l.at == l.end || *l.at != '/')
        return -EINVAL;
    *out = (struct proc_cgroup){l.at, (size_t)(l.end - l.at)};
    return 0;
}

/* ---- environ ------------------------------------------------------------------------ */

void environment_count_add(struct environment_count *count, const char *bytes, size_t len)
{
    count->bytes += (int64_t)len;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] && !count->is_inside)
            count->variables++; /* an empty string between two NULs is none */
        count->is_inside = bytes[i] != '\0';
    }
}

/* ---- maps --------------------------------------------------------------------------- */

/* "libc.so.6", "plugin.so": ".so" at the end of the name, or before a dot. */
static bool is_library(const char *path, size_t len)
{
    const char *name = memrchr(path, '/', len);
    size_t n = name ? len - (size_t)(name - path) : 0;
    for (size_t i = 0; i + 3 <= n; i++)
        if (memcmp(name + i, ".so", 3) == 0 &&
            (i + 3 == n || name[i + 3] == '.' || name[i + 3] == ' ')) /* " (deleted)" */
            return true;
    return false;
}

static bool is_named(const struct mapping *m, const char *name)
{
    return strncmp(m->name, name, strlen(name)) == 0;
}

enum map_kind map_kind_of(const struct mapping *m, const char *executable)
{
    if (m->is_shared)
        return MAP_SHARED_BY_ALL;
    if (m->inode != 0) {
        if (m->path_bytes == strlen(executable) && m->path_bytes > 0 &&
            memcmp(m->path, executable, m->path_bytes) == 0)
            return MAP_OF_PROGRAM;
        return is_library(m->path, m->path_bytes) ? MAP_OF_LIBRARY : MAP_OF_FILE;
    }
    if (is_named(m, "[heap]"))
        return MAP_OF_HEAP;
    if (is_named(m, "[stack"))
        return MAP_OF_STACK;
    return m->name[0] == '[' && !is_named(m, "[anon") ? MAP_OF_KERNEL : MAP_ANONYMOUS_PRIVATE;
}
