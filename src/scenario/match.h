/*
 * match.h - has what a step waits for come true? Pure: a moment and the program's text in, an
 * answer out.
 */
#ifndef PROCLAB_SCENARIO_MATCH_H
#define PROCLAB_SCENARIO_MATCH_H

#include "model/history.h"
#include "scenario/scenario.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Is all of it seen at this moment? until NULL: nothing is wanted, so it is. An exit counts while
 * the moment remembers it (MOMENT_MARK_NS). text is what the program has printed, lines ended by
 * '\n'; NULL: nothing.
 */
bool match_until(const struct until *until, const struct moment *moment, const char *text);

/*
 * Whose pages have to be read (source_wish.memory_pid) for until to come true: the first process of
 * that name. 0: nobody's, or it is not there yet.
 */
pid_t match_pages_pid(const struct until *until, const struct moment *moment);

/*
 * Whom a step is about, to be pointed at: whose pages; else who holds the writing end of the first
 * such pipe (where only a reader is wanted, the reading one); else the first such process. 0:
 * nobody, or it is not there yet.
 */
pid_t match_spotlight(const struct until *until, const struct moment *moment);

/*
 * What of it is not seen, and what is instead, in one line: "expected a process yes that waits in
 * pipe write; seen: sh 4709 (sleeping, wait), yes 4711 (running)". For one that has not come true.
 */
void match_explain(const struct until *until, const struct moment *moment, const char *text,
                   char *line, size_t len);

#endif
