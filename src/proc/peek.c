#include "proc/peek.h"

#include "proc/fdtable.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

int pipe_peek(const struct proc_root *root, pid_t pid, int fd, uint64_t device, uint64_t inode,
              int64_t *capacity_bytes, int64_t *fill_bytes)
{
    char path[PROC_PATH_MAX], own[PROC_PATH_MAX];
    struct stat st, link;
    int rc = 0, end = -1, fill = 0;

    snprintf(path, sizeof path, "%d/fd/%d", (int)pid, fd);
    /*
     * O_PATH takes hold of what fd refers to without opening it: it makes us neither reader nor
     * writer. By now the number may stand for something else, a device that must not be opened,
     * say.
     */
    int place = openat(root->fd, path, O_PATH | O_CLOEXEC);
    if (place < 0)
        return errno == ENOENT || errno == ESRCH ? -EPIPE : -errno;
    if (fstat(place, &st) == -1 || !S_ISFIFO(st.st_mode) || st.st_dev != device ||
        st.st_ino != inode) {
        rc = -EPIPE;
        goto out;
    }
    snprintf(own, sizeof own, "/proc/self/fd/%d", place);
    /* The last look before the jump: is it still there, and a read end? */
    if (fstatat(root->fd, path, &link, AT_SYMLINK_NOFOLLOW) == -1 ||
        !(fd_access_of(link.st_mode) & FD_READ)) {
        rc = -EPIPE;
        goto out;
    }
    end = open(own, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (end < 0) {
        rc = -errno;
        goto out;
    }
    int capacity = fcntl(end, F_GETPIPE_SZ);
    if (capacity < 0 || ioctl(end, FIONREAD, &fill) == -1)
        rc = -errno;
    close(end);
    if (rc == 0) {
        *capacity_bytes = capacity;
        *fill_bytes = fill;
    }
out:
    close(place);
    return rc;
}
