/*
 * root.h - a /proc (or a made-up tree like it), read by path.
 *
 * A file that is read again and again can be kept open: pread(2) at offset 0 makes the kernel write
 * it anew, at half the price of open, read and close. It also is safer: what was opened belongs to
 * that one process and says ESRCH once it has gone, even if its PID was given to another.
 *
 * How many are kept is bounded by RLIMIT_NOFILE, less what the rest of the program needs. When the
 * bound is met the soft limit is raised to the hard one (programs started after that inherit it);
 * beyond that files are opened, read and closed each time.
 */
#ifndef PROCLAB_PROC_ROOT_H
#define PROCLAB_PROC_ROOT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct proc_root {
    int fd; /* the folder */
    size_t n_kept, max_kept;
    bool is_limit_raised;
};

#define PROC_PATH_MAX 64 /* of a path below the root: "PID/task/TID/children" is 31 bytes at most */

/* path NULL: "/proc". 0 or -errno. */
int proc_root_open(struct proc_root *root, const char *path);
void proc_root_close(struct proc_root *root); /* the kept files are their owners' to drop */

/*
 * Read up to cap bytes of root/path from offset on. Returns the count, or -errno: -ENOENT and
 * -ESRCH alike when the process has gone. kept: where to keep it open between calls (-1: not open
 * yet); NULL: it is closed again. A kept file is read on even if the path now means another one.
 */
ssize_t proc_root_read(struct proc_root *root, int *kept, const char *path, char *buf, size_t cap,
                       off_t offset);

/*
 * Open a folder below the root, kept likewise; returns its fd, or -errno. *is_kept: do not close
 * it.
 */
int proc_root_open_dir(struct proc_root *root, int *kept, const char *path, bool *is_kept);

/* Close a kept file; *kept is -1 afterwards. */
void proc_root_drop(struct proc_root *root, int *kept);

/*
 * The names that are numbers in a folder open at fd, from its start: PIDs, TIDs, fds. *numbers,
 * with room for *cap, is grown by realloc and is the caller's. Returns how many, ascending; or
 * -errno.
 */
ssize_t proc_list_numbers(int fd, int **numbers, size_t *cap);

#endif
