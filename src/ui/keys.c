#include "ui/keys.h"

#include "view/view.h"

#include <curses.h>
#include <stddef.h>

static const struct {
    int curses, view;
} translations[] = {
    {KEY_UP, VIEW_KEY_UP},       {KEY_DOWN, VIEW_KEY_DOWN},  {KEY_LEFT, VIEW_KEY_LEFT},
    {KEY_RIGHT, VIEW_KEY_RIGHT}, {KEY_PPAGE, VIEW_KEY_PGUP}, {KEY_NPAGE, VIEW_KEY_PGDN},
    {KEY_HOME, VIEW_KEY_HOME},   {KEY_END, VIEW_KEY_END},    {KEY_RESIZE, VIEW_KEY_RESIZE},
    {KEY_MOUSE, VIEW_KEY_MOUSE}, {KEY_ENTER, '\n'},          {KEY_BACKSPACE, 127},
    {KEY_A1, VIEW_KEY_HOME},     {KEY_A3, VIEW_KEY_PGUP},    {KEY_C1, VIEW_KEY_END},
    {KEY_C3, VIEW_KEY_PGDN},     {KEY_FIND, VIEW_KEY_HOME},  {KEY_SELECT, VIEW_KEY_END},
};

static int translate(int curses_code)
{
    for (size_t i = 0; i < sizeof translations / sizeof translations[0]; i++)
        if (translations[i].curses == curses_code)
            return translations[i].view;
    return 0;
}

/* False: an event that means nothing here. */
static bool read_mouse(struct key *key)
{
    MEVENT event;
    if (getmouse(&event) != OK)
        return false;
    key->row = event.y;
    key->col = event.x;
    if (event.bstate & BUTTON4_PRESSED)
        key->code = VIEW_KEY_UP;
#ifdef BUTTON5_PRESSED
    else if (event.bstate & BUTTON5_PRESSED)
        key->code = VIEW_KEY_DOWN;
#endif
    else if (!(event.bstate & (BUTTON1_PRESSED | BUTTON1_CLICKED)))
        return false;
    return true;
}

bool keys_next(struct key *key)
{
    for (;;) {
        wint_t character;
        int kind = get_wch(&character);
        if (kind == ERR)
            return false;
        *key = (struct key){.code = (int)character, .row = -1, .col = -1};
        if (kind == KEY_CODE_YES)
            key->code = translate((int)character);
        else if (character == '\r')
            key->code = '\n';
        else if (character == '\b')
            key->code = 127;
        if (key->code == VIEW_KEY_MOUSE && !read_mouse(key))
            continue;
        if (key->code)
            return true;
    }
}

void keys_set_raw(bool is_raw)
{
    mouseinterval(0); /* a press is a press: no waiting for a double click */
    /*
     * All events: curses waits for the next key, nodelay() or not, after one that was not asked
     * for.
     */
    mousemask(is_raw ? 0 : ALL_MOUSE_EVENTS, NULL);
    keypad(stdscr, !is_raw);
}
