/* Bytes that a terminal sends, as the view's codes. */
#include "ui/keys.h"
#include "view/view.h"

#include <criterion/criterion.h>
#include <curses.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int typing;
static SCREEN *screen;

static void start(void)
{
    int ends[2];
    setlocale(LC_ALL, "C.UTF-8");
    cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
    typing = ends[1];
    screen = newterm("xterm-256color", tmpfile(), fdopen(ends[0], "r"));
    cr_assert_not_null(screen);
    set_escdelay(25);
    nodelay(stdscr, TRUE);
    keys_set_raw(false);
}

static void stop(void)
{
    endwin();
    delscreen(screen);
}

TestSuite(keys, .init = start, .fini = stop, .timeout = 20);

static void type(const char *bytes)
{
    cr_assert_eq(write(typing, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

static int next_code(void)
{
    struct key key;
    return keys_next(&key) ? key.code : 0;
}

Test(keys, are_decoded)
{
    static const struct {
        const char *bytes;
        int code;
    } rows[] = {
        {"q", 'q'},
        {"\r", '\n'},
        {"\n", '\n'},
        {"\b", 127},
        {"\177", 127},
        {"\003", 3},
        {"é", 0xe9},
        {"日", 0x65e5},
        {"\033OA", VIEW_KEY_UP},
        {"\033OB", VIEW_KEY_DOWN},
        {"\033OC", VIEW_KEY_RIGHT},
        {"\033OD", VIEW_KEY_LEFT},
        {"\033[5~", VIEW_KEY_PGUP},
        {"\033[6~", VIEW_KEY_PGDN},
        {"\033OH", VIEW_KEY_HOME},
        {"\033OF", VIEW_KEY_END},
        {"\033", 0x1b},
    };
    cr_expect_eq(next_code(), 0, "nothing was typed");
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        type(rows[i].bytes);
        cr_expect_eq(next_code(), rows[i].code, "row %zu", i);
        cr_expect_eq(next_code(), 0, "row %zu leaves something", i);
    }
}

Test(keys, several_at_once)
{
    type("/ab\r\033OBq");
    static const int codes[] = {'/', 'a', 'b', '\n', VIEW_KEY_DOWN, 'q', 0};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        cr_expect_eq(next_code(), codes[i], "key %zu", i);
}

Test(keys, the_mouse)
{
    struct key key;
    type("\033[<0;11;6M");
    cr_assert(keys_next(&key));
    cr_expect_eq(key.code, VIEW_KEY_MOUSE);
    cr_expect_eq(key.row, 5);
    cr_expect_eq(key.col, 10);
    type("\033[<0;11;6m"); /* the release is no second press */
    cr_expect_eq(next_code(), 0);
    type("\033[<66;11;6M"); /* a wheel to the side: nothing, and no waiting for more */
    cr_expect_eq(next_code(), 0);
    type("\033[<64;1;1M");
    cr_expect_eq(next_code(), VIEW_KEY_UP);
    type("\033[<65;1;1M");
    cr_expect_eq(next_code(), VIEW_KEY_DOWN);
}
