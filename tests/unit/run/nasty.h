/*
 * nasty.h - programs that the tests start: this test program itself, which looks
 * at its environment before Criterion does, and becomes one of them if that says so.
 */
#ifndef PROCLAB_TEST_RUN_NASTY_H
#define PROCLAB_TEST_RUN_NASTY_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { ORDINARY_UID = 60591 }; /* nobody's, so that a kill(-1) that gets through hits nobody */

/* For what comes at once, or never: it says nothing about how fast, since the machine may be busy. */
enum { PATIENCE_MS = 20000 };

struct nasty {
    char *env[8]; /* for the program: its own, marked one */
    char mark[64];
    char which[64];
    char other[64];
};

/*
 * The environment with which this test program becomes the nasty called name; other is a PID that some
 * of them want. All processes that come of it carry a mark that nothing else has.
 */
void nasty_init(struct nasty *n, const char *name, pid_t other);
/* How many living processes carry the mark: of those whose environment we may read. */
int nasty_count(const struct nasty *n);
/* Poll until that many do (at least: at_least); false after timeout_ms. */
bool nasty_wait_count(const struct nasty *n, int count, bool at_least, int timeout_ms);
/* "/proc/self/exe", or a copy of it that everybody may read. */
const char *nasty_program(void);

/* Whether such a process (not a zombie) is there. */
bool process_is_there(pid_t pid);
/* Poll until it is gone. */
bool process_wait_gone(pid_t pid, int timeout_ms);

/*
 * Run fn in a child, as an ordinary user if ordinary is set (and we are root). What it writes to
 * result comes back. False if it did not return within timeout_ms, and then it was killed.
 */
bool in_child(bool ordinary, void (*fn)(void *result), void *result, size_t len, int timeout_ms);

/* CLOCK_MONOTONIC, in milliseconds. */
double now_ms(void);
/* The smallest useful pause of a loop that polls for a condition. */
void pause_briefly(void);

#endif
