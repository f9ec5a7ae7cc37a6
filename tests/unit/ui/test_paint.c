/* The grid on a terminal: what is written, and what never is. */
#include "ui/paint.h"
#include "ui/theme.h"

#include <criterion/criterion.h>
#include <curses.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static FILE *out;
static SCREEN *screen;
static struct painter painter;
static struct theme theme;
static struct grid grid;

static void start(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("LINES", "24", 1);
    setenv("COLUMNS", "80", 1);
    out = tmpfile();
    screen = newterm("xterm-256color", out, stdin);
    cr_assert_not_null(screen);
    painter_init(&painter);
    theme_set(&theme, PALETTE_DARK, false);
    cr_assert_eq(grid_init(&grid, 24, 80), 0);
}

static void stop(void)
{
    endwin();
    delscreen(screen);
    painter_fini(&painter);
    grid_fini(&grid);
    fclose(out);
}

TestSuite(paint, .init = start, .fini = stop, .timeout = 20);

static const struct rect all = {0, 0, 24, 80};

/* Paint, and return what that wrote; the caller's to free. */
static char *paint(size_t *len)
{
    fflush(out);
    long before = ftell(out);
    cr_assert_eq(painter_paint(&painter, &grid, &theme, -1, -1), 0);
    fflush(out);
    fseek(out, 0, SEEK_END);
    *len = (size_t)(ftell(out) - before);
    char *bytes = calloc(1, *len + 1);
    fseek(out, before, SEEK_SET);
    cr_assert_eq(fread(bytes, 1, *len, out), *len);
    return bytes;
}

Test(paint, writes_text_in_its_colour)
{
    size_t len;
    grid_text(&grid, all, 3, 5, ROLE_BLOCKED, 0, "pipe → full");
    char *bytes = paint(&len);
    cr_assert_not_null(strstr(bytes, "full"));
    cr_assert_not_null(strstr(bytes, "→"));
    cr_assert_not_null(strstr(bytes, "38;5;214"));
    free(bytes);
}

Test(paint, writes_nothing_when_nothing_changed)
{
    size_t len;
    grid_text(&grid, all, 3, 5, ROLE_TEXT, 0, "the same");
    free(paint(&len));
    char *bytes = paint(&len);
    cr_expect_eq(len, 0, "%zu bytes for no change", len);
    free(bytes);
}

Test(paint, writes_little_for_little)
{
    size_t len;
    grid_text(&grid, all, 3, 5, ROLE_TEXT, 0, "00:01.1");
    free(paint(&len));
    grid_text(&grid, all, 3, 5, ROLE_TEXT, 0, "00:01.2");
    char *bytes = paint(&len);
    cr_expect(len > 0 && len < 40, "%zu bytes for one changed digit", len);
    free(bytes);
}

Test(paint, lets_no_control_character_through)
{
    static const uint32_t runes[] = {0x1b, 7, 8, 0x0a, 0x0d, 0x7f, 0x9b, 0x90};
    size_t len;
    free(paint(&len));
    for (size_t i = 0; i < sizeof runes / sizeof runes[0]; i++) {
        grid.cells[2 * 80 + i * 2].rune = runes[i];
        grid.cells[2 * 80 + i * 2 + 1].rune = 'x';
    }
    char *bytes = paint(&len);
    size_t marks = 0;
    for (const char *c = bytes; *c; c++)
        marks += *c == '?';
    cr_expect_eq(marks, sizeof runes / sizeof runes[0]);
    cr_expect_null(strchr(bytes, 7));
    cr_expect_null(strstr(bytes, "\xc2\x9b"));
    free(bytes);
}

Test(paint, wide_characters_come_and_go)
{
    size_t len;
    grid_text(&grid, all, 1, 0, ROLE_TEXT, 0, "日本");
    char *bytes = paint(&len);
    cr_expect_not_null(strstr(bytes, "日本"));
    free(bytes);
    grid_text(&grid, all, 1, 0, ROLE_TEXT, 0, "abcd");
    bytes = paint(&len);
    cr_expect_not_null(strstr(bytes, "abcd"));
    free(bytes);
}

Test(paint, a_grid_larger_than_the_terminal_is_clipped)
{
    size_t len;
    grid_fini(&grid);
    cr_assert_eq(grid_init(&grid, 50, 200), 0);
    grid_text(&grid, (struct rect){0, 0, 50, 200}, 49, 190, ROLE_TEXT, 0, "beyond");
    char *bytes = paint(&len);
    cr_expect_null(strstr(bytes, "beyond"));
    free(bytes);
}

Test(paint, no_color_and_mono)
{
    size_t len;
    unsetenv("NO_COLOR");
    cr_expect_eq(theme_first(), PALETTE_DARK);
    setenv("COLORFGBG", "0;15", 1);
    cr_expect_eq(theme_first(), PALETTE_LIGHT);
    setenv("NO_COLOR", "", 1);
    cr_expect_eq(theme_first(), PALETTE_LIGHT, "an empty NO_COLOR is none");
    setenv("NO_COLOR", "1", 1);
    cr_expect_eq(theme_first(), PALETTE_MONO);
    cr_expect_eq(theme_after(PALETTE_MONO), PALETTE_MONO);
    theme_set(&theme, PALETTE_MONO, true);
    grid_text(&grid, all, 3, 5, ROLE_ALERT, 0, "FULL");
    grid.cells[4 * 80].rune = 'r';
    grid.cells[4 * 80].color = 1;
    char *bytes = paint(&len);
    cr_expect_null(strstr(bytes, "38;5"));
    cr_expect_null(strstr(bytes, "\033[31"));
    cr_expect_not_null(strstr(bytes, "FULL"));
    free(bytes);
}
