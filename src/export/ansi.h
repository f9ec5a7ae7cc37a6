/*
 * ansi.h - characters as UTF-8, and looks as SGR sequences (ECMA-48), for what writes to terminals.
 */
#ifndef PROCLAB_EXPORT_ANSI_H
#define PROCLAB_EXPORT_ANSI_H

#include "view/palette.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/*
 * The character itself, or U+FFFD for one that no file of ours may hold: controls, surrogates and
 * noncharacters, which would move a terminal's cursor or be no XML.
 */
uint32_t ansi_safe_rune(uint32_t rune);
/* Write ansi_safe_rune(rune) as UTF-8. */
void ansi_put_rune(FILE *out, uint32_t rune);

bool ansi_is_same_look(const struct look *a, const struct look *b);
/* Switch to this look from any other. colors: of the terminal, 256, 16 or 8. */
void ansi_put_look(FILE *out, const struct look *look, int colors);

#endif
