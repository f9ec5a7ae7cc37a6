#include "proc/fdtable.h"

#include "proc/root.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum fd_kind fd_kind_of(const struct stat *st, dev_t pipe_device)
{
    if (S_ISFIFO(st->st_mode))
        return st->st_dev == pipe_device ? FD_PIPE : FD_FIFO;
    if (S_ISSOCK(st->st_mode))
        return FD_SOCKET;
    if (S_ISCHR(st->st_mode)) {
        /*
         * The kernel's Documentation/admin-guide/devices.txt: 4 virtual consoles and serial lines,
         * 5 /dev/tty, console and ptmx, 136 to 143 pseudo-terminals, 188 USB and 204 low-density
         * serial lines.
         */
        unsigned m = major(st->st_rdev);
        if (m == 4 || m == 5 || (m >= 136 && m <= 143) || m == 188 || m == 204)
            return FD_TTY;
    }
    return FD_OTHER;
}

unsigned fd_access_of(mode_t link_mode)
{
    return (link_mode & S_IRUSR ? FD_READ : 0u) | (link_mode & S_IWUSR ? FD_WRITE : 0u);
}

dev_t fd_pipe_device(void)
{
    int ends[2];
    struct stat st;
    if (pipe2(ends, O_CLOEXEC) == -1)
        return 0;
    dev_t device = fstat(ends[0], &st) == 0 ? st.st_dev : 0;
    close(ends[0]);
    close(ends[1]);
    return device;
}

static struct fd_row *add_row(struct fd_table *table)
{
    if (table->n == table->cap) {
        size_t cap = table->cap ? table->cap * 2 : 8;
        struct fd_row *grown = realloc(table->rows, cap * sizeof *grown);
        if (!grown)
            return NULL;
        table->rows = grown;
        table->cap = cap;
    }
    return &table->rows[table->n++];
}

/* The offset of a copy; 0 when out of memory, which leaves the target unknown. */
static uint32_t add_text(struct fd_table *table, const char *text, size_t len)
{
    size_t need = table->text_bytes + len + 2;
    if (need > UINT32_MAX)
        return 0;
    if (!table->text || need > table->text_cap) {
        size_t cap = table->text_cap ? table->text_cap : 256;
        while (cap < need)
            cap *= 2;
        char *grown = realloc(table->text, cap);
        if (!grown)
            return 0;
        table->text = grown;
        table->text_cap = cap;
    }
    if (table->text_bytes == 0)
        table->text[table->text_bytes++] = '\0';
    uint32_t offset = (uint32_t)table->text_bytes;
    memcpy(table->text + offset, text, len);
    table->text[offset + len] = '\0';
    table->text_bytes += len + 1;
    return offset;
}

/*
 * The same file or terminal at the same number as before: neither its access nor its name is asked
 * for again.
 */
static bool take_over(struct fd_table *table, const struct fd_table *before, int fd,
                      const struct stat *st, enum fd_kind kind)
{
    const struct fd_row *old = fd_table_find(before, fd);
    if (!old || old->device != st->st_dev || old->inode != st->st_ino || old->kind != kind ||
        (kind != FD_OTHER && kind != FD_TTY))
        return false;
    struct fd_row *row = add_row(table);
    if (!row)
        return false;
    *row = *old;
    if (old->target) {
        const char *target = before->text + old->target;
        row->target = add_text(table, target, strlen(target));
    }
    return true;
}

static int list_one(struct fd_table *table, const struct fd_table *before, int dir_fd, int fd,
                    dev_t pipe_device)
{
    char name[16], target[PATH_MAX];
    struct stat st, link;

    snprintf(name, sizeof name, "%d", fd);
    /* stat() follows the link straight to the open file, whatever its name says. */
    if (fstatat(dir_fd, name, &st, 0) == -1)
        return errno == ENOENT || errno == ESRCH ? 0 : -errno;
    enum fd_kind kind = fd_kind_of(&st, pipe_device);
    if (take_over(table, before, fd, &st, kind))
        return 0;
    if (fstatat(dir_fd, name, &link, AT_SYMLINK_NOFOLLOW) == -1)
        return errno == ENOENT || errno == ESRCH ? 0 : -errno;
    struct fd_row *row = add_row(table);
    if (!row)
        return -ENOMEM;
    *row = (struct fd_row){
        .fd = fd,
        .kind = kind,
        .access = fd_access_of(link.st_mode),
        .device = st.st_dev,
        .inode = st.st_ino,
    };
    if (kind == FD_PIPE || kind == FD_SOCKET)
        return 0; /* "pipe:[INODE]" tells nothing new */
    ssize_t len = readlinkat(dir_fd, name, target, sizeof target);
    if (len > 0)
        row->target = add_text(table, target, (size_t)len);
    return 0;
}

int fd_table_list(struct fd_table *table, int dir_fd, dev_t pipe_device)
{
    struct fd_table listed = {0};
    int *fds = NULL;
    size_t cap = 0;

    ssize_t n = proc_list_numbers(dir_fd, &fds, &cap);
    int rc = n < 0 ? (int)n : 0;
    for (ssize_t i = 0; rc == 0 && i < n; i++)
        rc = list_one(&listed, table, dir_fd, fds[i], pipe_device);
    free(fds);
    if (rc < 0)
        listed.n = 0;
    fd_table_fini(table);
    *table = listed;
    return rc;
}

void fd_table_fini(struct fd_table *table)
{
    free(table->rows);
    free(table->text);
    *table = (struct fd_table){0};
}

const struct fd_row *fd_table_find(const struct fd_table *table, int fd)
{
    size_t low = 0, high = table->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (table->rows[middle].fd < fd)
            low = middle + 1;
        else
            high = middle;
    }
    return low < table->n && table->rows[low].fd == fd ? &table->rows[low] : NULL;
}
