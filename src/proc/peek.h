/*
 * peek.h - how full a pipe is, without changing what happens to it.
 *
 * FIONREAD needs an open end, and whoever holds an end changes the pipe: a reader more, and the
 * writer gets no SIGPIPE; a writer more, and the reader gets no EOF. So a peek opens the pipe for
 * reading only, only while somebody else has it open for reading, never waits, and closes at once.
 * From the check that a reader is there to the close it is some 4 us: a write that falls into them
 * just after the last reader died succeeds, and the next one gets its SIGPIPE.
 *
 * A FIFO is the same. Opening it anew through /proc wakes a writer that waits in open(2) for a
 * reader, but a writer waits there only while there is none, and then we do not open it.
 */
#ifndef PROCLAB_PROC_PEEK_H
#define PROCLAB_PROC_PEEK_H

#include "proc/root.h"

#include <stdint.h>
#include <sys/types.h>

/*
 * Look into the pipe (device, inode) through process pid's fd, which is to be a read end of it. 0,
 * and both figures in bytes; or -errno and neither is written: -EPIPE that fd is no read end of it
 * (any more), -EACCES ...
 */
int pipe_peek(const struct proc_root *root, pid_t pid, int fd, uint64_t device, uint64_t inode,
              int64_t *capacity_bytes, int64_t *fill_bytes);

#endif
