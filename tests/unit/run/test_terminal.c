/* The program's terminal: what is shown, and that nothing hurts it. */
#include "run/terminal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void put(struct terminal *t, const char *text)
{
    terminal_write(t, text, strlen(text));
}

/* One row, ASCII only, without the blanks at its end. */
static const char *row_of(struct terminal *t, int row)
{
    static char text[256];
    const struct screen *s = terminal_screen(t);
    int n = 0;
    for (int col = 0; row < s->rows && col < s->cols && col < 255; col++) {
        uint32_t rune = s->cells[row * s->cols + col].rune;
        text[col] = rune ? (char)(rune < 0x7f ? rune : '?') : ' ';
        if (rune && rune != ' ')
            n = col + 1;
    }
    text[n] = '\0';
    return text;
}

struct heard {
    struct terminal_listener listener;
    char text[64];
    int rows, cols, n_sizes;
};

static void hear_output(struct terminal_listener *l, const char *bytes, size_t len)
{
    strncat(((struct heard *)l)->text, bytes, len);
}

static void hear_size(struct terminal_listener *l, int rows, int cols)
{
    struct heard *h = (struct heard *)l;
    h->rows = rows;
    h->cols = cols;
    h->n_sizes++;
}

Test(terminal, who_listens_is_told_all_and_each_size, .timeout = 10)
{
    struct heard h = {.listener = {.output = hear_output, .size = hear_size}};
    struct terminal *t = terminal_new(3, 10);
    put(t, "before");
    terminal_listen(t, &h.listener);
    cr_expect(h.n_sizes == 1 && h.rows == 3 && h.cols == 10);
    put(t, "one\x1b[1m");
    put(t, "\xe2\x82");
    cr_expect_str_eq(h.text, "one\x1b[1m\xe2\x82");
    terminal_resize(t, 3, 10);
    cr_expect_eq(h.n_sizes, 1, "that is no other size");
    terminal_resize(t, 5, 20);
    cr_expect(h.n_sizes == 2 && h.rows == 5 && h.cols == 20);
    terminal_free(t);
}

Test(terminal, shows_text_and_cursor, .timeout = 10)
{
    struct terminal *t = terminal_new(3, 10);
    put(t, "one\r\ntwo\x1b[2;5Hx");
    cr_expect_str_eq(row_of(t, 0), "one");
    cr_expect_str_eq(row_of(t, 1), "two x");
    const struct screen *s = terminal_screen(t);
    cr_expect(s->rows == 3 && s->cols == 10);
    cr_expect(s->cursor_row == 1 && s->cursor_col == 5);
    put(t, "\x1b[?25l");
    cr_expect_eq(terminal_screen(t)->cursor_row, -1);
    put(t, "\x1b[?25h");
    cr_expect_eq(terminal_screen(t)->cursor_row, 1);
    terminal_free(t);
}

static const struct {
    const char *text;
    uint32_t rune;
    int width;
    bool bold, reverse, underlined;
    int color;
} CELLS[] = {
    {"x", 'x', 1, false, false, false, -1},
    {"\x1b[1mx", 'x', 1, true, false, false, -1},
    {"\x1b[4;7mx", 'x', 1, false, true, true, -1},
    {"\x1b[31mx", 'x', 1, false, false, false, 1},
    {"\x1b[94mx", 'x', 1, false, false, false, 12},
    {"\x1b[42mx", 'x', 1, false, true, false, 2}, /* the ground is what is seen */
    {"\x1b[38;5;196mx", 'x', 1, false, false, false, 9},
    {"\x1b[38;5;16mx", 'x', 1, false, false, false, 0},
    {"\x1b[38;2;0;0;120mx", 'x', 1, false, false, false, 4},
    {"\x1b[38:2::255:255:255mx", 'x', 1, false, false, false, 15},
    {"\x1b[31m\x1b[0mx", 'x', 1, false, false, false, -1},
    {"\xc3\xa4", 0xe4, 1, false, false, false, -1},
    {"\xe4\xbd\xa0", 0x4f60, 2, false, false, false, -1},
    {"\xf0\x9f\x98\x80", 0x1f600, 2, false, false, false, -1},
    {"e\xcc\x81", 'e', 1, false, false, false, -1},       /* a mark upon it is left out */
    {"\xff", 0xfffd, 1, false, false, false, -1},         /* not UTF-8 */
    {"\xc0\xaf", 0xfffd, 1, false, false, false, -1},     /* longer than need be */
    {"\xed\xa0\x80", 0xfffd, 1, false, false, false, -1}, /* half of a surrogate pair */
    {"\xe4x", 0xfffd, 1, false, false, false, -1},        /* cut short */
    {"\xc2\x9b"
     "31mx",
     0xfffd, 1, false, false, false, -1},            /* CSI, in eight bits */
    {"\x1b(0q", 0x2500, 1, false, false, false, -1}, /* line drawing */
};

Test(terminal, understands_cells, .timeout = 10)
{
    for (size_t i = 0; i < sizeof CELLS / sizeof *CELLS; i++) {
        struct terminal *t = terminal_new(2, 20);
        put(t, CELLS[i].text);
        const struct screen_cell *c = terminal_screen(t)->cells;
        cr_expect_eq(c->rune, CELLS[i].rune, "%zu: rune %x", i, c->rune);
        cr_expect_eq(c->width, CELLS[i].width, "%zu: width", i);
        cr_expect_eq(c->is_bold, CELLS[i].bold, "%zu: bold", i);
        cr_expect_eq(c->is_reverse, CELLS[i].reverse, "%zu: reverse", i);
        cr_expect_eq(c->is_underlined, CELLS[i].underlined, "%zu: underlined", i);
        cr_expect_eq(c->color, CELLS[i].color, "%zu: color %d", i, c->color);
        if (c->width == 2)
            cr_expect_eq(c[1].rune, 0);
        terminal_free(t);
    }
}

/* Nothing of these is shown, and what comes after them is. */
static const char *const SILENT[] = {
    "\x1b]0;a title\a",
    "\x1b]0;a title\x1b\\",
    "\x1b]52;c;aGVsbG8=\a", /* the clipboard */
    "\x1bP$qm\x1b\\",
    "\x1b_application\x1b\\",
    "\x1b^private\x1b\\",
    "\x1b[?1000h",
    "\x1b[5;5;5~",
    "\x1b[>4;2m",
    "\x1b[<u",
    "\x1b[;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;;m",
    "\x1b[99999999999999999999999999m",
    "\x1b[?69h",
    "\x1b#6",
    "\x1b G",
    "\x1b%@",
    "\x1b\x1b\x1b[m",
    "\x1b[12\x18",
    "\x1b[b", /* repeat what was never there */
    "\xe2\x80\x8b\x1b[999999999b",
    "\a",
};

Test(terminal, keeps_quiet_about_the_rest, .timeout = 10)
{
    for (size_t i = 0; i < sizeof SILENT / sizeof *SILENT; i++) {
        struct terminal *t = terminal_new(2, 20);
        put(t, SILENT[i]);
        put(t, "after");
        cr_expect_str_eq(row_of(t, 0), "after", "%zu: %s", i, row_of(t, 0));
        terminal_free(t);
        /* and the same a byte at a time */
        t = terminal_new(2, 20);
        for (const char *at = SILENT[i]; *at; at++)
            terminal_write(t, at, 1);
        put(t, "after");
        cr_expect_str_eq(row_of(t, 0), "after", "%zu, by bytes: %s", i, row_of(t, 0));
        terminal_free(t);
    }
}

Test(terminal, repeats_the_last_character, .timeout = 10)
{
    struct terminal *t = terminal_new(2, 20);
    put(t, "ab\x1b[4bc");
    cr_expect_str_eq(row_of(t, 0), "abbbbbc");
    terminal_free(t);
}

Test(terminal, answers, .timeout = 10)
{
    struct terminal *t = terminal_new(5, 20);
    char reply[64];
    cr_expect_eq(terminal_reply(t, reply, sizeof reply), 0);
    put(t, "\x1b[3;4H\x1b[6n");
    size_t n = terminal_reply(t, reply, 3);
    cr_expect_eq(n, 3);
    n += terminal_reply(t, reply + 3, sizeof reply - 3);
    cr_expect_eq(n, 6);
    cr_expect_eq(memcmp(reply, "\x1b[3;4R", 6), 0);
    /* Nobody reads them: then there are no more at some point. */
    for (int i = 0; i < 100000; i++)
        put(t, "\x1b[6n");
    for (n = 0; terminal_reply(t, reply, sizeof reply) > 0; n++)
        cr_assert_lt(n, 1000);
    terminal_free(t);
}

Test(terminal, keeps_what_scrolled_off, .timeout = 10)
{
    struct terminal *t = terminal_new(3, 20);
    char *text = terminal_text(t);
    cr_expect_str_eq(text, "");
    free(text);
    put(t, "a  \r\n\r\nb\xc3\xa4\xe4\xbd\xa0z\r\nc\r\nd");
    text = terminal_text(t);
    cr_expect_str_eq(text, "a\n\nb\xc3\xa4\xe4\xbd\xa0z\nc\nd\n");
    free(text);
    for (int i = 0; i < 5000; i++)
        put(t, "\r\nx");
    text = terminal_text(t);
    size_t n = 0;
    for (const char *at = text; *at; at++)
        n += *at == '\n';
    cr_expect_eq(n, 1000);
    free(text);
    terminal_free(t);
}

Test(terminal, survives_resizing, .timeout = 20)
{
    struct terminal *t = terminal_new(24, 80);
    put(t,
        "first\r\n\x1b[20;24r\x1b[24;70Hedge\x1b\x37"); /* margins and a saved cursor, soon outside */
    terminal_resize(t, 5, 10);
    put(t, "\x1b\x38zzzz\r\n\n\n\n\n\n");
    cr_expect_eq(terminal_screen(t)->rows, 5);
    terminal_resize(t, 1, 1);
    put(t, "\xe4\xbd\xa0\xe4\xbd\xa0y");
    cr_expect_eq(terminal_screen(t)->cells[0].rune, 'y');
    terminal_resize(t, 30, 100);
    put(t, "\x1b[2J\x1b[Hback");
    cr_expect_str_eq(row_of(t, 0), "back");
    terminal_resize(t, 0, -3);
    cr_expect(terminal_screen(t)->rows == 1 && terminal_screen(t)->cols == 1);
    terminal_resize(t, 1000000, 1000000);
    cr_expect(terminal_screen(t)->rows == 1000 && terminal_screen(t)->cols == 1000);
    terminal_free(t);
}

/* The line of the cursor stays in sight, what is above it can be read later. */
Test(terminal, shrinks_towards_the_cursor, .timeout = 20)
{
    struct terminal *t = terminal_new(6, 20);
    put(t, "1\r\n2\r\n3\r\n4\r\n5$ ");
    terminal_resize(t, 3, 20);
    cr_expect_str_eq(row_of(t, 0), "3");
    cr_expect_str_eq(row_of(t, 2), "5$");
    cr_expect_eq(terminal_screen(t)->cursor_row, 2);
    put(t, "ls");
    cr_expect_str_eq(row_of(t, 2), "5$ ls");
    char *text = terminal_text(t);
    cr_expect_str_eq(text, "1\n2\n3\n4\n5$ ls\n");
    free(text);
    terminal_free(t);
}

static unsigned next_random(uint64_t *state, unsigned below)
{
    *state = *state * 6364136223846793005U + 1442695040888963407U;
    return (unsigned)(*state >> 33) % below;
}

static size_t random_output(uint64_t *state, char *to)
{
    static const char *const texts[] = {"x",       "\xe4\xbd\xa0", "e\xcc\x81", "\xe2\x80\x8b",
                                        "\r\n",    "\t",           "\b\b",      "\xe3\x80\xaa",
                                        "\x1b]0;", "\x1bP",        "\x1b\\"};
    size_t n = 0;
    switch (next_random(state, 4)) {
    case 0:
        for (unsigned i = next_random(state, 300); i > 0; i--)
            to[n++] = (char)next_random(state, 256);
        return n;
    case 1:
        for (unsigned i = next_random(state, 60); i > 0; i--)
            n += (size_t)sprintf(to + n, "%s", texts[next_random(state, 11)]);
        return n;
    default:
        n += (size_t)sprintf(to + n, "\x1b[%s", next_random(state, 3) ? "" : "?");
        for (unsigned i = next_random(state, 20); i > 0; i--)
            n += (size_t)sprintf(to + n, "%u%c",
                                 next_random(state, next_random(state, 2) ? 40 : 2000000000),
                                 next_random(state, 5) ? ';' : ':');
        to[n++] = (char)(0x40 + next_random(state, 0x3f));
        return n;
    }
}

/* Any bytes, any sizes: the screen stays within itself. */
Test(terminal, survives_anything, .timeout = 60)
{
    uint64_t state = 20;
    struct terminal *t = terminal_new(24, 80);
    for (int i = 0; i < 20000; i++) {
        char text[4096];
        if (next_random(&state, 10) == 0)
            terminal_resize(t, (int)next_random(&state, 30), (int)next_random(&state, 90));
        terminal_write(t, text, random_output(&state, text));
        if (i % 50)
            continue;
        const struct screen *s = terminal_screen(t);
        cr_assert(s->cursor_row < s->rows && s->cursor_col < s->cols);
        for (int j = 0; j < s->rows * s->cols; j++) {
            uint32_t rune = s->cells[j].rune;
            cr_assert(rune == 0 || (rune >= 0x20 && rune < 0x7f) ||
                      (rune >= 0xa0 && rune <= 0x10ffff));
            cr_assert(s->cells[j].color >= -1 && s->cells[j].color < 16);
            cr_assert(s->cells[j].width == 1 || j % s->cols < s->cols - 1);
        }
        free(terminal_text(t));
    }
    terminal_free(t);
}

/* Megabytes of what would grow without end, or make each byte dearer than the one before. */
Test(terminal, is_not_drowned, .timeout = 60)
{
    static const char *const floods[] = {"\xcc\x81", "\x1b]0;x",   "\x1b[",
                                         "1;",       "\x1b[9999b", "\x1b[6n"};
    struct terminal *t = terminal_new(24, 80);
    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
        char block[4096];
        size_t n = 0, len = strlen(floods[i]);
        for (; n + len <= sizeof block; n += len)
            memcpy(block + n, floods[i], len);
        for (int j = 0; j < 256; j++)
            terminal_write(t, block, n);
        put(t, "\x18\x1b"
               "c");
    }
    put(t, "alive");
    cr_expect_str_eq(row_of(t, 0), "alive");
    terminal_free(t);
}
