/*
 * heartbeat.h - when to look, and the signals that come meanwhile: for what watches without a dashboard.
 */
#ifndef PROCLAB_CMD_HEARTBEAT_H
#define PROCLAB_CMD_HEARTBEAT_H

#include <stdbool.h>

struct heartbeat {
    int timer_fd, signal_fd; /* readable: heartbeat_is_due(), heartbeat_signal() */
};

/*
 * rate_hz looks a second, the first at once. INT, QUIT, TERM, HUP and WINCH come through signal_fd
 * from now on, and PIPE is ignored. 0, or an exit status: what was wrong has been said.
 */
int heartbeat_open(struct heartbeat *h, long rate_hz);

/* The signal that came; 0: none. */
int heartbeat_signal(const struct heartbeat *h);
/* Is it time to look? Looks that it is too late for are left out. */
bool heartbeat_is_due(const struct heartbeat *h);

#endif
