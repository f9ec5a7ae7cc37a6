#include "proc/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* Left to the rest of the program: the terminal, a library's file, what we open for a moment. */
#define RESERVED_FDS 24

static rlim_t soft_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
        return 64;
    return limit.rlim_cur == RLIM_INFINITY ? INT_MAX : limit.rlim_cur;
}

static size_t count_own_fds(void)
{
    size_t cap = 0;
    int *fds = NULL;
    int dir = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ssize_t n = dir < 0 ? -1 : proc_list_numbers(dir, &fds, &cap);
    if (dir >= 0)
        close(dir);
    free(fds);
    return n < 0 ? 16 : (size_t)n;
}

static size_t most_to_keep(size_t used_by_others)
{
    size_t limit = (size_t)soft_limit();
    return limit > used_by_others + RESERVED_FDS ? limit - used_by_others - RESERVED_FDS : 0;
}

int proc_root_open(struct proc_root *root, const char *path)
{
    int fd = open(path ? path : "/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    *root = (struct proc_root){.fd = fd, .max_kept = most_to_keep(count_own_fds())};
    return 0;
}

void proc_root_close(struct proc_root *root)
{
    close(root->fd);
    root->fd = -1;
}

/* May one more file be kept? Raises the soft limit, once, the first time that it is in the way. */
static bool may_keep(struct proc_root *root)
{
    struct rlimit limit;

    if (root->n_kept < root->max_kept)
        return true;
    if (root->is_limit_raised)
        return false;
    root->is_limit_raised = true;
    if (getrlimit(RLIMIT_NOFILE, &limit) == -1 || limit.rlim_cur == limit.rlim_max)
        return false;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
        return false;
    size_t own = count_own_fds();
    root->max_kept = most_to_keep(own > root->n_kept ? own - root->n_kept : 0);
    return root->n_kept < root->max_kept;
}

ssize_t proc_root_read(struct proc_root *root, int *kept, const char *path, char *buf, size_t cap,
                       off_t offset)
{
    int fd = kept ? *kept : -1;
    bool is_kept = fd >= 0;

    if (!is_kept) {
        fd = openat(root->fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
        if (fd < 0)
            return -errno;
        if (kept && may_keep(root)) {
            *kept = fd;
            root->n_kept++;
            is_kept = true;
        }
    }
    ssize_t n = pread(fd, buf, cap, offset);
    if (n < 0)
        n = -errno;
    if (!is_kept)
        close(fd);
    return n;
}

int proc_root_open_dir(struct proc_root *root, int *kept, const char *path, bool *is_kept)
{
    if (kept && *kept >= 0) {
        *is_kept = true;
        return *kept;
    }
    int fd = openat(root->fd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    *is_kept = kept && may_keep(root);
    if (*is_kept) {
        *kept = fd;
        root->n_kept++;
    }
    return fd;
}

void proc_root_drop(struct proc_root *root, int *kept)
{
    if (*kept < 0)
        return;
    close(*kept);
    *kept = -1;
    root->n_kept--;
}

static int number_of_name(const char *name)
{
    long number = 0;
    if (*name < '0' || *name > '9')
        return -1;
    for (; *name >= '0' && *name <= '9'; name++) {
        number = number * 10 + (*name - '0');
        if (number > INT_MAX)
            return -1;
    }
    return *name ? -1 : (int)number;
}

static int compare_ints(const void *a, const void *b)
{
    const int *i = a, *j = b;
    return (*i > *j) - (*i < *j);
}

ssize_t proc_list_numbers(int fd, int **numbers, size_t *cap)
{
    union {
        struct dirent64 alignment;
        char bytes[16384];
    } buf;
    size_t n = 0;
    bool is_sorted = true;

    if (lseek(fd, 0, SEEK_SET) == -1)
        return -errno;
    for (;;) {
        ssize_t got = getdents64(fd, buf.bytes, sizeof buf.bytes);
        if (got < 0)
            return -errno;
        if (got == 0)
            break;
        for (const char *at = buf.bytes; at < buf.bytes + got;) {
            const struct dirent64 *entry = (const void *)at;
            int number = number_of_name(entry->d_name);
            at += entry->d_reclen;
            if (number < 0)
                continue;
            if (n == *cap) {
                size_t cap_new = *cap ? *cap * 2 : 64;
                int *grown = realloc(*numbers, cap_new * sizeof *grown);
                if (!grown)
                    return -ENOMEM;
                *numbers = grown;
                *cap = cap_new;
            }
            is_sorted = is_sorted && (n == 0 || (*numbers)[n - 1] < number);
            (*numbers)[n++] = number;
        }
    }
    /* The kernel's /proc comes in order; a made-up one on a disk does not. */
    if (!is_sorted)
        qsort(*numbers, n, sizeof **numbers, compare_ints);
    return (ssize_t)n;
}
