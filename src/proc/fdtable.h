/*
 * fdtable.h - the open file descriptors of one process: what each refers to, and which way.
 *
 * Found out by stat() (what it refers to) and lstat() (its access, in the owner's mode bits) of
 * /proc/PID/fd/N: proc_pid_fd(5). Nothing is ever opened.
 */
#ifndef PROCLAB_PROC_FDTABLE_H
#define PROCLAB_PROC_FDTABLE_H

#include "model/snapshot.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

struct fd_row {
    int fd;
    enum fd_kind kind;
    unsigned access; /* bits of enum fd_access */
    uint64_t device, inode;
    uint32_t target; /* offset in text; 0: not read */
};

struct fd_table {
    struct fd_row *rows; /* ascending fd */
    size_t n, cap;
    char *text; /* NUL-ended strings; offset 0: "" */
    size_t text_bytes, text_cap;
};

/*
 * List what is in the folder open at dir_fd (/proc/PID/fd); what was in the table before saves
 * asking again for the names of files that have stayed. pipe_device: st_dev of anonymous pipes. An
 * fd that is closed meanwhile is left out. 0 or -errno; the table is empty then.
 */
int fd_table_list(struct fd_table *table, int dir_fd, dev_t pipe_device);
void fd_table_fini(struct fd_table *table);

/* The row of fd, or NULL. */
const struct fd_row *fd_table_find(const struct fd_table *table, int fd);

enum fd_kind fd_kind_of(const struct stat *st, dev_t pipe_device);
unsigned fd_access_of(mode_t link_mode); /* of lstat(): bits of enum fd_access */

/* st_dev of anonymous pipes, by making one; 0 when none can be made. */
dev_t fd_pipe_device(void);

#endif
