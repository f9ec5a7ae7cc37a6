#include "fixture.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MUST(call) cr_assert((call) >= 0, "%s [%s]", #call, strerrorname_np(errno))

void fixture_init(struct fixture *f)
{
    /* In memory if that can be: on a disk ten thousand small files take their time. */
    const char *tmp = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : getenv("TMPDIR");
    snprintf(f->path, sizeof f->path, "%.30s/proclab-fixture.XXXXXX", tmp ? tmp : "/tmp");
    cr_assert_not_null(mkdtemp(f->path));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

void fixture_fini(struct fixture *f)
{
    remove_tree(f->path);
}

/* The full path; the folders above it are made. */
static void place(const struct fixture *f, const char *path, char full[256])
{
    snprintf(full, 256, "%s/%s", f->path, path);
    for (char *slash = full + strlen(f->path) + 1; (slash = strchr(slash, '/')); slash++) {
        *slash = '\0';
        cr_assert(mkdir(full, 0755) == 0 || errno == EEXIST, "mkdir %s", full);
        *slash = '/';
    }
}

static void write_file(struct fixture *f, const char *path, int flags, const char *bytes,
                       size_t len)
{
    char full[256];
    place(f, path, full);
    int fd = open(full, O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
    MUST(fd);
    cr_assert_eq(write(fd, bytes, len), (ssize_t)len);
    close(fd);
}

void fixture_file(struct fixture *f, const char *path, const char *bytes, size_t len)
{
    write_file(f, path, O_TRUNC, bytes, len);
}

void fixture_text(struct fixture *f, const char *path, const char *text)
{
    fixture_file(f, path, text, strlen(text));
}

void fixture_remove(struct fixture *f, const char *path)
{
    char full[256];
    place(f, path, full);
    remove_tree(full);
}

static void write_stat(struct fixture *f, pid_t pid, pid_t ppid, uint64_t start, char state,
                       const char *comm, size_t comm_len)
{
    char text[1024], path[64];
    int n = snprintf(text, sizeof text, "%d (", (int)pid);
    memcpy(text + n, comm, comm_len);
    n += (int)comm_len;
    n += snprintf(
        text + n, sizeof text - (size_t)n,
        ") %c %d %d %d 0 -1 4194304 11 0 2 0 7 3 0 0 20 0 1 0 %llu 5000000 100 "
        "18446744073709551615 4096 8192 12288 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 16384 0 "
        "0 0 0\n",
        state, (int)ppid, (int)pid, (int)pid, (unsigned long long)start);
    snprintf(path, sizeof path, "%d/stat", (int)pid);
    fixture_file(f, path, text, (size_t)n);
}

void fixture_process(struct fixture *f, pid_t pid, pid_t ppid, uint64_t start, char state,
                     const char *comm)
{
    write_stat(f, pid, ppid, start, state, comm, strlen(comm));
}

void fixture_children(struct fixture *f, pid_t pid, const pid_t *children, size_t n)
{
    char path[64];
    char *text = malloc(n * 12 + 1);
    size_t len = 0;
    cr_assert_not_null(text);
    for (size_t i = 0; i < n; i++)
        len += (size_t)sprintf(text + len, "%d ", (int)children[i]);
    snprintf(path, sizeof path, "%d/task/%d/children", (int)pid, (int)pid);
    fixture_file(f, path, text, len);
    free(text);
}

/* In place; returns the length, since \x00 is a byte like any other. */
static size_t unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from != '\\') {
            *to++ = *from;
            continue;
        }
        from++;
        if (*from == 'x') {
            char hex[3] = {from[1], from[2], '\0'};
            *to++ = (char)strtol(hex, NULL, 16);
            from += 2;
        } else {
            *to++ = *from == 'n' ? '\n' : *from == 't' ? '\t' : *from;
        }
    }
    *to = '\0';
    return (size_t)(to - text);
}

static void make_link(struct fixture *f, const char *path, const char *target)
{
    char full[256], below[256];
    place(f, path, full);
    snprintf(below, sizeof below, "%s/%s", f->path, target + 1);
    MUST(symlink(*target == '@' ? below : target, full));
}

static void do_line(struct fixture *f, char *line, const char *where)
{
    int at = 0, pid, ppid;
    unsigned long long start;
    char state, verb[16] = "", path[128] = "", full[256];

    if (sscanf(line, "process %d %d %llu %c %n", &pid, &ppid, &start, &state, &at) == 4 && at) {
        size_t len = unescape(line + at);
        write_stat(f, pid, ppid, start, state, line + at, len);
        return;
    }
    cr_assert_geq(sscanf(line, "%15s %127s%n", verb, path, &at), 2, "%s: %s", where, line);
    char *rest = line + at + (line[at] == ' ');
    size_t len = unescape(rest);
    place(f, path, full);
    if (strcmp(verb, "file") == 0)
        write_file(f, path, O_TRUNC, rest, len);
    else if (strcmp(verb, "more") == 0)
        write_file(f, path, O_APPEND, rest, len);
    else if (strcmp(verb, "fifo") == 0)
        MUST(mkfifo(full, 0600));
    else if (strcmp(verb, "dir") == 0)
        MUST(mkdir(full, 0755));
    else if (strcmp(verb, "mode") == 0)
        MUST(chmod(full, (mode_t)strtol(rest, NULL, 8)));
    else if (strcmp(verb, "link") == 0)
        make_link(f, path, rest);
    else
        cr_assert_fail("%s: '%s'?", where, verb);
}

void fixture_load(struct fixture *f, const char *name)
{
    char path[128], *line = NULL;
    size_t cap = 0;
    snprintf(path, sizeof path, "tests/fixtures/%s.tree", name);
    FILE *in = fopen(path, "re");
    cr_assert_not_null(in, "%s: run this from the top of the checkout", path);
    while (getline(&line, &cap, in) > 0) {
        line[strcspn(line, "\n")] = '\0';
        if (*line && *line != '#')
            do_line(f, line, path);
    }
    free(line);
    fclose(in);
}
