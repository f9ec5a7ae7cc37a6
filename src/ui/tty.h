/*
 * tty.h - the terminal that the dashboard is on: found, taken over, and given
 * back whole in every way that we can end.
 *
 *     tty_open() ── what there is, nothing changed yet
 *     tty_start() ── curses, alternate screen, raw keys
 *     tty_stop(), tty_close()
 *
 * While it is taken over, SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT give it back
 * before they end the process. For SIGKILL see tty_saved() and tty_reset_string(): whoever
 * survives us can put it back with these (run.h). One at a time.
 */
#ifndef PROCLAB_UI_TTY_H
#define PROCLAB_UI_TTY_H

#include <stdbool.h>
#include <termios.h>

struct tty;

enum tty_problem {
    TTY_FINE,
    TTY_NONE,         /* there is no terminal: errno's value says why */
    TTY_NO_TERM,      /* TERM is unset or empty */
    TTY_UNKNOWN_TERM, /* no terminfo entry for it */
    TTY_TOO_SIMPLE,   /* it cannot place the cursor: dumb */
    TTY_FAILED,       /* errno's value says why */
};

/*
 * Pictures go to standard output if that is a terminal, keys come from standard input if that is
 * one; else /dev/tty. 0 and *tty; or -errno and *problem.
 */
int tty_open(struct tty **tty, enum tty_problem *problem);
void tty_close(struct tty *tty);

/* 0 or -errno. */
int tty_start(struct tty *tty);
/* Give it back. It can be started again. */
void tty_stop(struct tty *tty);
/* Between tty_stop() and going on after a Ctrl-Z. */
void tty_resume(struct tty *tty);

int tty_key_fd(const struct tty *tty);
int tty_output_fd(const struct tty *tty);
void tty_size(const struct tty *tty, int *rows, int *cols);
/* Take note of a new size. */
void tty_resized(struct tty *tty);
bool tty_is_utf8(void);

/* How it was before; owned by tty. */
const struct termios *tty_saved(const struct tty *tty);
/* What to write to give it back: leaves the alternate screen, shows the cursor ... Owned by tty. */
const char *tty_reset_string(const struct tty *tty);

#endif
