/*
 * facts.h - what a demo says of itself, one JSON object a line, appended to
 * the file whose descriptor number is in PROCLAB_FACTS_FD (a memfd that the
 * dashboard reads; standard output with --json; else nowhere).
 *
 *     {"act": 2, "of": 6, "title": "...", "says": "...", "asks": "...", "state": "ask"|"run"|"hold"|"done",
 *      "awaits_enter": true|false, "shows": "pipes"|"memory"|"switches"|"timeline"|"detail"}
 *     {"fact": "capacity", "value": 65536, "unit": "bytes", "obtained": "exact", "note": "..."}
 *     {"region": "buffer", "pid": 4711, "start": "0x7f2a5c000000", "bytes": 262144}
 *     {"end": true}
 *
 * "says" is what to show now: in "ask" and "run" what the act is about to do, in "hold" what can be
 * seen right now. "asks" is there in "ask" only. The demo reads one line from its terminal wherever
 * "awaits_enter" is true: "\n" goes on, "b\n" back an act, "r\n" the same act again, "q\n" ends.
 *
 * A "value" is a number, a text, or null where it could not be had; "note" then says why. "note"
 * says how it was obtained else. "unit" is absent where there is none.
 *
 * "shows" is absent where the act asks for no subject. A "region" is what the dashboard's memory
 * subject is to show of that process; the newest one holds.
 *
 * No pipe or socketpair is used, since that would show as a lane of the lab.
 *
 * This module writes the lines, and shows facts to a person as text. It does not
 * find them out: that is the lab's code.
 */
#ifndef PROCLAB_LABKIT_FACTS_H
#define PROCLAB_LABKIT_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct lab;

/* How a figure was obtained. */
enum fact_how {
    FACT_EXACT,    /* the kernel's own count */
    FACT_SAMPLED,  /* seen at one moment, or at intervals */
    FACT_ESTIMATE, /* measured by a clock, or derived under an assumption */
    FACT_BOUND,    /* the true figure is not above this one */
};

/*
 * State a fact. name: its key, lower case, words joined by '_' (shown with spaces). unit: "bytes",
 * "MB/s" ..., NULL for none. note: how it was obtained (the call, the file, the field).
 */
void fact_int(struct lab *lab, const char *name, long long value, const char *unit,
              enum fact_how how, const char *note);
void fact_real(struct lab *lab, const char *name, double value, const char *unit, enum fact_how how,
               const char *note);
void fact_text(struct lab *lab, const char *name, const char *value, enum fact_how how,
               const char *note);
/* What could not be found out: why says what stood in the way. */
void fact_unknown(struct lab *lab, const char *name, const char *unit, const char *why);

/*
 * The part of a process's memory that the act is about: the dashboard's memory subject shows it,
 * page by page. pid: as getpid() gives it there. name: in a word or two.
 */
void fact_region(struct lab *lab, const char *name, pid_t pid, const void *start, size_t bytes);

/* "exact", "sampled", "estimate", "bound". */
const char *fact_how_name(enum fact_how how);

#endif
