/*
 * explain.h - what is going on, in sentences.
 *
 * Each sentence holds only what the snapshot shows. The most instructive
 * comes first: EOF withheld, full, no reader, zombies, starved, orphans, then
 * what the selected process is doing.
 */
#ifndef PROCLAB_MODEL_EXPLAIN_H
#define PROCLAB_MODEL_EXPLAIN_H

#include <stddef.h>

struct moment;
struct process;
struct snapshot;

/* The sentences, UTF-8, each ended by '\n', malloc'ed; NULL: no memory. selected may be NULL. */
char *explain_moment(const struct moment *m, const struct process *selected);

/*
 * A wait status in words: "exit 3", "SIGKILL", "SIGSEGV (core dumped)"; "?" for -1. At most len
 * bytes, NUL-ended.
 */
void explain_status(int wait_status, char *buf, size_t len);

/* A process's state in words: "running", "pipe write", "sleep", "zombie", "stopped" ... Static. */
const char *explain_state(const struct process *p);

/*
 * Raw bytes as printable UTF-8: control characters, bytes that are no UTF-8 and unassigned things
 * as \n, \t, \x1b ... . Returns the length it wanted, like snprintf; never cuts a character in
 * half.
 */
size_t explain_printable(const char *bytes, size_t len, char *buf, size_t buf_len);

#endif
