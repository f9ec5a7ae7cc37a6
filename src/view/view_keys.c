/* What each key means: the bottom line, the help screen and the keys themselves come from here. */
#include "view/view.h"

#define CTRL(letter) ((letter)&0x1f)

const struct key_binding view_key_bindings[] = {
    {ACT_NEXT,
     "⏎",
     "next act",
     "go on to the next act (PgDn, too: what a clicker sends)",
     {'\r', '\n', VIEW_KEY_PGDN},
     "Enter"},
    {ACT_PAUSE,
     "space",
     "pause",
     "stop the picture, or let it go on; the programs run on",
     {' '},
     NULL},
    {ACT_BACK, "←→", "time", "back in time by one look, and forth", {VIEW_KEY_LEFT}, "<->"},
    {ACT_FORTH, NULL, NULL, NULL, {VIEW_KEY_RIGHT}, NULL},
    {ACT_EVENT_BACK, "[ ]", NULL, "back to where something happened, and forth", {'['}, NULL},
    {ACT_EVENT_FORTH, NULL, NULL, NULL, {']'}, NULL},
    {ACT_OLDEST, "Home", NULL, "the oldest that is kept", {VIEW_KEY_HOME}, NULL},
    {ACT_LIVE, "End", NULL, "back to live; the newest of a recording", {VIEW_KEY_END}, NULL},
    {ACT_PREVIOUS, "PgUp", NULL, "back to the act or step before", {VIEW_KEY_PGUP}, NULL},
    {ACT_SUBJECT_1,
     "1",
     "pipes",
     "pipes: where is the data stuck, and who holds which end",
     {'1'},
     NULL},
    {ACT_SUBJECT_2,
     "2",
     "memory",
     "memory: which pages are shared since a fork, and which were copied",
     {'2'},
     NULL},
    {ACT_SUBJECT_3,
     "3",
     "switches",
     "switches: who gives up the CPU, and who loses it",
     {'3'},
     NULL},
    {ACT_SUBJECT_4,
     "4",
     "timeline",
     "timeline: who ran when, who waited, who made whom",
     {'4'},
     NULL},
    {ACT_SUBJECT_5,
     "5",
     "detail",
     "detail: all that is known of the selected process",
     {'5'},
     NULL},
    {ACT_UP, "↑ k", NULL, "select the process above", {VIEW_KEY_UP, 'k'}, "Up k"},
    {ACT_DOWN, "↓ j", NULL, "select the process below", {VIEW_KEY_DOWN, 'j'}, "Down j"},
    {ACT_HOME, "g", NULL, "select the first process", {'g'}, NULL},
    {ACT_END, "G", NULL, "select the last process", {'G'}, NULL},
    {ACT_PAGE_UP, "^B", NULL, "ten processes up", {CTRL('b')}, NULL},
    {ACT_PAGE_DOWN_ROWS, "^F", NULL, "ten processes down", {CTRL('f')}, NULL},
    {ACT_SCROLL_UP, "K", NULL, "scroll the panel on the right up", {'K'}, NULL},
    {ACT_SCROLL_DOWN, "J", NULL, "scroll the panel on the right down", {'J'}, NULL},
    {ACT_ZOOM_IN,
     "z Z",
     NULL,
     "the timeline: a shorter time in more detail; a longer one",
     {'z'},
     NULL},
    {ACT_ZOOM_OUT, NULL, NULL, NULL, {'Z'}, NULL},
    {ACT_THREADS, "t", "threads", "show or hide threads", {'t'}, NULL},
    {ACT_FOLLOW,
     "f",
     NULL,
     "follow: keep the selected process, or what is new, in sight",
     {'f'},
     NULL},
    {ACT_SEARCH, "/", NULL, "search for a PID, a name or an argument", {'/'}, NULL},
    {ACT_SEARCH_AGAIN, "n", NULL, "the next one found", {'n'}, NULL},
    {ACT_TYPE, "i", "type", "give the keyboard to the program; Ctrl-] takes it back", {'i'}, NULL},
    {ACT_OUTPUT, "o", NULL, "the program's own screen larger, and back", {'o'}, NULL},
    {ACT_FASTER, "+ =", NULL, "look more often; play a recording faster", {'+', '='}, NULL},
    {ACT_SLOWER, "-", NULL, "look less often; play a recording slower", {'-'}, NULL},
    {ACT_PROJECTOR, "p", NULL, "projector: strong contrast, few columns, heavy lines", {'p'}, NULL},
    {ACT_COLORS, "c", NULL, "colours: the next theme", {'c'}, NULL},
    {ACT_SAVE, "s", NULL, "save this picture to a file", {'s'}, NULL},
    {ACT_REDRAW, "^L", NULL, "draw the screen anew", {CTRL('l')}, NULL},
    {ACT_SUSPEND, "^Z", NULL, "suspend proclab; fg brings it back", {CTRL('z')}, NULL},
    {ACT_HELP, "?", "keys", "these keys, and what the signs mean", {'?', 'h'}, NULL},
    {ACT_QUIT, "q", "", "end proclab, and all that it started", {'q', CTRL('c')}, NULL},
};

const size_t view_n_key_bindings = sizeof view_key_bindings / sizeof *view_key_bindings;

enum action view_key_action(int code)
{
    if (code == 0)
        return ACT_NONE;
    for (size_t i = 0; i < view_n_key_bindings; i++) {
        const struct key_binding *b = &view_key_bindings[i];
        for (size_t k = 0; k < sizeof b->codes / sizeof *b->codes && b->codes[k]; k++)
            if (b->codes[k] == code)
                return b->action;
    }
    return ACT_NONE;
}
