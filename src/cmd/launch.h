/*
 * launch.h - the program that is watched: started on a pseudo-terminal below a supervisor,
 * with a screen for what it writes, and judged when it has ended.
 */
#ifndef PROCLAB_CMD_LAUNCH_H
#define PROCLAB_CMD_LAUNCH_H

#include "run/run.h"

struct terminal;
struct tty;

struct launch {
    struct run *run;
    struct terminal *terminal;
};

/*
 * Start argv on a pseudo-terminal of rows x cols. tty is what is put back if we are killed; NULL:
 * none. facts_fd, if not -1, is handed down and named in PROCLAB_FACTS_FD. 0; or an exit status
 * (127, 126, 1): what was wrong has been said.
 */
int launch_start(struct launch *launch, char *const *argv, const struct tty *tty, int rows,
                 int cols, int facts_fd);

/* Say why a program could not be started; the exit status for it. */
int launch_complain(const char *program, int error);

/*
 * End all that is left of it, and say so where that matters. Returns what the program's end makes
 * our exit status: its own, 128 + signal, 0 where it still ran, or 1 where nobody saw how it ended.
 */
int launch_end(struct launch *launch);

#endif
