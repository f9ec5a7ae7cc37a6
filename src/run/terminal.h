/*
 * terminal.h - understands what a program writes to its pseudo-terminal
 * (libvterm), so that no escape sequence of its ever reaches the real one.
 */
#ifndef PROCLAB_RUN_TERMINAL_H
#define PROCLAB_RUN_TERMINAL_H

#include "model/screen.h"

#include <stddef.h>

struct terminal;

/* Told what the program writes, and of each size, the one at the beginning among them. */
struct terminal_listener {
    void (*output)(struct terminal_listener *l, const char *bytes, size_t len);
    void (*size)(struct terminal_listener *l, int rows, int cols);
};

/* NULL: out of memory. */
struct terminal *terminal_new(int rows, int cols);
void terminal_free(struct terminal *t);
void terminal_resize(struct terminal *t, int rows, int cols);
/* From now on; borrowed, and at most one. */
void terminal_listen(struct terminal *t, struct terminal_listener *listener);
/*
 * Take what the program wrote, any bytes. A line that scrolls costs some 2 us at 80x24: feed a
 * flood in portions.
 */
void terminal_write(struct terminal *t, const char *bytes, size_t len);
/*
 * What the terminal has to answer the program (cursor position reports ...): up to len bytes;
 * returns how many.
 */
size_t terminal_reply(struct terminal *t, char *buf, size_t len);
/* What it shows. Valid until the next call. */
const struct screen *terminal_screen(struct terminal *t);
/*
 * The text that scrolled off and that is shown, at most the last 1,000 lines: malloc'ed UTF-8; NULL:
 * out of memory.
 */
char *terminal_text(struct terminal *t);

#endif
