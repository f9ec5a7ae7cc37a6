/*
 * words.h - figures and names as they stand on a screen. Every function writes
 * into the caller's buffer, which it returns, always ended by NUL.
 */
#ifndef PROCLAB_VIEW_WORDS_H
#define PROCLAB_VIEW_WORDS_H

#include "model/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORDS_NUMBER 32  /* a buffer large enough for any figure */
#define WORDS_SET    640 /* for any set of signals or capabilities */
#define WORDS_NAME   272 /* and for any command name, escaped */

/* "65,536"; "?" for a negative one (unknown). */
char *words_grouped(int64_t n, char *buf, size_t len);
/* "0 B", "999 B", "65.5 kB", "1.2 GB": powers of 1000, for what flows; "?" when negative. */
char *words_bytes(double bytes, char *buf, size_t len);
/* "4.0 KiB", "1.5 MiB": powers of 1024, for memory; "?" when negative. */
char *words_memory(int64_t bytes, char *buf, size_t len);
/* "0.012 s", "12.3 s"; "?" when negative. */
char *words_seconds(int64_t ns, char *buf, size_t len);
/* A share of 1 as one sign, above 0 always one: eighths, "▁" ... "█"; in ASCII tenths, "1" ... "#". */
const char *words_share(double share, bool ascii);
/* "①" ... "⑳", above that and in ASCII "(21)". */
char *words_lane(int number, bool ascii, char *buf, size_t len);
/*
 * A copy of text with "①" written as "(1)", as words_lane() does in ASCII. malloc'ed; NULL when out
 * of memory.
 */
char *words_spell_lanes(const char *text);
/* The command's name, printable; a kernel thread's in brackets. "?" where it is empty. */
char *words_name(const struct snapshot *s, const struct process *p, char *buf, size_t len);
/*
 * The arguments from number `from` on, printable, with spaces between; "" for none. Of a process that
 * has written a title over them ("nginx: worker process"), from 1 on: what comes after its name.
 */
char *words_args(const struct snapshot *s, const struct process *p, int from, char *buf,
                 size_t len);
/*
 * Cut UTF-8 text in place, in a buffer of len bytes, to so many columns (at least 1), with an
 * ellipsis at its end if it was longer.
 */
char *words_cut(char *text, size_t len, int cols);
/* A task's state and what it waits in: "pipe write", "running". Static. */
const char *words_task_state(const struct task *t);
/*
 * A set of signals (bit n - 1: signal n) or of capabilities (bit n: capability n) by their names,
 * "INT TERM"; "none", "all", "all but KILL" where that is shorter. WORDS_SET bytes hold any.
 */
char *words_signals(uint64_t set, char *buf, size_t len);
char *words_capabilities(uint64_t set, char *buf, size_t len);
/*
 * Why a figure could not be read. Static: "not permitted", "no read end is left to look through"
 * ...
 */
const char *words_why_unknown(int error);

#endif
