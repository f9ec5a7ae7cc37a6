#include "proc/maps.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A line is at most this long: the figures, and a path of PATH_MAX with each byte escaped. */
#define LONGEST_LINE 16384

int maps_parse_line(const char *line, size_t len, struct mapping *out)
{
    char text[160], perms[5];
    struct mapping m = {0};
    int name_at = -1;
    size_t n = len < sizeof text - 1 ? len : sizeof text - 1; /* the rest is a path's */
    memcpy(text, line, n);
    text[n] = '\0';
    /* NOLINTNEXTLINE(cert-err34-c): the kernel's own numbers fit */
    if (sscanf(text, "%" SCNx64 "-%" SCNx64 " %4s %*x %*x:%*x %" SCNu64 " %n", &m.start, &m.end,
               perms, &m.inode, &name_at) != 4 ||
        name_at < 0 || m.end <= m.start || strlen(perms) != 4)
        return -EINVAL;
    m.is_writable = perms[1] == 'w';
    m.is_shared = perms[3] == 's';
    snprintf(m.name, sizeof m.name, "%.31s", text + name_at);
    m.path = line + name_at;
    m.path_bytes = len - (size_t)name_at;
    *out = m;
    return 0;
}

/* Hand on the whole lines of buf. *n becomes the bytes of the unfinished one, moved to its start. */
static int take_lines(char *buf, size_t *n, int (*each)(const struct mapping *, void *), void *arg)
{
    size_t begin = 0;
    char *end;
    int rc = 0;
    while (rc == 0 && (end = memchr(buf + begin, '\n', *n - begin))) {
        struct mapping mapping;
        rc = maps_parse_line(buf + begin, (size_t)(end - buf) - begin, &mapping);
        if (rc == 0)
            rc = each(&mapping, arg);
        begin = (size_t)(end - buf) + 1;
    }
    *n -= begin;
    memmove(buf, buf + begin, *n);
    return rc;
}

int maps_each(const struct proc_root *root, pid_t pid,
              int (*each)(const struct mapping *mapping, void *arg), void *arg)
{
    char path[PROC_PATH_MAX], buf[2 * LONGEST_LINE];
    size_t n = 0;
    int rc = 0;
    snprintf(path, sizeof path, "%d/maps", (int)pid);
    int fd = openat(root->fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return -errno;
    while (rc == 0) {
        ssize_t got = read(fd, buf + n, sizeof buf - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            rc = got < 0 ? -errno : n > 0 ? -EINVAL : 0;
            break;
        }
        n += (size_t)got;
        rc = take_lines(buf, &n, each, arg);
        if (rc == 0 && n == sizeof buf)
            rc = -EINVAL;
    }
    close(fd);
    return rc;
}

static void add_kilobytes(int64_t *sum, int64_t kilobytes)
{
    *sum = (*sum < 0 ? 0 : *sum) + kilobytes * 1024;
}

int maps_parse_rollup(const char *text, size_t len, struct maps_rollup *out)
{
    struct maps_rollup r = {-1, -1, -1, -1};
    const struct {
        const char *name;
        int64_t *sum;
    } lines[] = {
        {"Rss", &r.rss_bytes},
        {"Pss", &r.pss_bytes},
        {"Private_Clean", &r.private_bytes},
        {"Private_Dirty", &r.private_bytes},
        {"Shared_Clean", &r.shared_bytes},
        {"Shared_Dirty", &r.shared_bytes},
    };
    const char *end = text + len, *line_end;
    for (; text < end && (line_end = memchr(text, '\n', (size_t)(end - text)));
         text = line_end + 1) {
        char line[80], name[32];
        int64_t kilobytes;
        snprintf(line, sizeof line, "%.*s", (int)(line_end - text < 79 ? line_end - text : 79),
                 text);
        /* NOLINTNEXTLINE(cert-err34-c): and these */
        if (sscanf(line, "%31[A-Za-z_]: %" SCNd64 " kB", name, &kilobytes) != 2 || kilobytes < 0 ||
            kilobytes > INT64_MAX / 8192)
            continue;
        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
            if (strcmp(name, lines[i].name) == 0)
                add_kilobytes(lines[i].sum, kilobytes);
    }
    if (r.rss_bytes < 0 && r.pss_bytes < 0)
        return -EINVAL;
    *out = r;
    return 0;
}

int maps_read_rollup(struct proc_root *root, pid_t pid, struct maps_rollup *out)
{
    char path[PROC_PATH_MAX], buf[4096];
    snprintf(path, sizeof path, "%d/smaps_rollup", (int)pid);
    ssize_t n = proc_root_read(root, NULL, path, buf, sizeof buf, 0);
    return n < 0 ? (int)n : n == 0 ? -ESRCH : maps_parse_rollup(buf, (size_t)n, out);
}
