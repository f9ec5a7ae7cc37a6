/*
 * complain.h - an error as one line on standard error: what, why, what to do.
 *
 *     proclab: cannot watch 4711: [ESRCH No such process]; see the PIDs with: ps -e
 */
#ifndef PROCLAB_CMD_COMPLAIN_H
#define PROCLAB_CMD_COMPLAIN_H

#include <stddef.h>

/*
 * Print it and return status, so that a subcommand can `return complain(...)`. error is an
 * errno (its sign does not matter), 0 for none; to_do may be NULL. Control characters in the
 * text are shown as '?': a hostile file name writes no escape sequences.
 */
int complain(int status, int error, const char *to_do, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/*
 * The name in names[0..n) that is nearest to word, if it is near enough to have been meant; else
 * NULL.
 */
const char *complain_nearest(const char *word, const char *const names[], size_t n);

#endif
