/*
 * fds.h - what a new process inherits. Private to src/run; safe after fork.
 */
#ifndef PROCLAB_RUN_FDS_H
#define PROCLAB_RUN_FDS_H

#include <stddef.h>

/*
 * Close all fds but these n (-1 among them is skipped), then have 0, 1 and 2 be something harmless.
 * Sorts fds.
 */
void fds_close_others(int *fds, size_t n);
/* Let exec close this one and all above it. */
void fds_mark_close_on_exec(int first);

#endif
