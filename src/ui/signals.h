/*
 * signals.h - the signals that the event loop obeys, as flags.
 *
 * They are blocked except inside signals_wait(), so a signal is never lost
 * between looking at its flag and going to sleep. Only one user at a time.
 */
#ifndef PROCLAB_UI_SIGNALS_H
#define PROCLAB_UI_SIGNALS_H

#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Take over INT, TERM, HUP, QUIT, WINCH, TSTP. Signals that are ignored (nohup) stay ignored. 0 or
 * -errno.
 */
int signals_init(void);
/* Give the dispositions and the mask back as they were. */
void signals_fini(void);

/*
 * ppoll(2) with our signals let through: number of ready fds (look at the flags all the same); 0
 * for a timeout or a signal; or -errno.
 */
int signals_wait(struct pollfd *fds, nfds_t n, int64_t timeout_ns);

/* The first of INT, TERM, HUP, QUIT that came; 0: none. */
int signals_ending(void);
/* True once for each time that it came. */
bool signals_take_winch(void);
bool signals_take_tstp(void);

/*
 * Stop as the default action of SIGTSTP does, and return when continued. whole_job: all of
 * the process group, as the terminal's Ctrl-Z would.
 */
void signals_stop(bool whole_job);

#endif
