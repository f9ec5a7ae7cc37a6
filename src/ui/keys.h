/*
 * keys.h - what was pressed, as the view's codes.
 */
#ifndef PROCLAB_UI_KEYS_H
#define PROCLAB_UI_KEYS_H

#include <stdbool.h>

struct key {
    int code;     /* a Unicode code point, or VIEW_KEY_*; Enter is '\n', Backspace 127 */
    int row, col; /* VIEW_KEY_MOUSE: where the first button was pressed; the wheel comes as keys */
};

/* The next key that is there, without waiting. False: none. Curses has been started. */
bool keys_next(struct key *key);

/*
 * With the mouse, curses decodes keys; raw: bytes are the watched program's, and nothing is
 * decoded.
 */
void keys_set_raw(bool is_raw);

#endif
