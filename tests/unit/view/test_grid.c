/* The grid: widths, clipping, wrapping, and that nothing but what can be shown gets onto it. */
#include "view/grid.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct rect all_of(const struct grid *g)
{
    return (struct rect){0, 0, g->rows, g->cols};
}

static void expect_row(const struct grid *g, int row, const char *expected)
{
    char text[512] = "";
    size_t n = 0;
    for (int col = 0; col < g->cols && n + 5 < sizeof text; col++) {
        uint32_t rune = g->cells[row * g->cols + col].rune;
        if (rune == 0)
            continue;
        if (rune < 0x80) {
            text[n++] = (char)rune;
        } else if (rune < 0x800) {
            text[n++] = (char)(0xc0 | rune >> 6);
            text[n++] = (char)(0x80 | (rune & 0x3f));
        } else {
            text[n++] = (char)(0xe0 | rune >> 12);
            text[n++] = (char)(0x80 | (rune >> 6 & 0x3f));
            text[n++] = (char)(0x80 | (rune & 0x3f));
        }
    }
    while (n > 0 && text[n - 1] == ' ')
        n--;
    text[n] = '\0';
    cr_expect_str_eq(text, expected, "row %d: \"%s\", expected \"%s\"", row, text, expected);
}

Test(grid, refuses_impossible_sizes)
{
    struct grid g;
    cr_expect(grid_init(&g, 0, 5) < 0);
    cr_expect(grid_init(&g, 5, 0) < 0);
    cr_expect(grid_init(&g, -1, 5) < 0);
    cr_expect(grid_init(&g, 4097, 5) < 0);
    cr_expect(grid_init(&g, 1, 4096) == 0);
    grid_fini(&g);
}

Test(grid, widths_do_not_depend_on_the_locale)
{
    static const struct {
        const char *text;
        int width;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"①▶═✝⏎", 5},
        {"日本", 4},
        {"e\xcc\x81", 1},        /* a combining acute accent */
        {"\xff", 1},             /* no UTF-8: U+FFFD */
        {"\xe6\x97", 2},         /* a character cut short: each byte */
        {"a\033b", 3},           /* a control character: U+FFFD */
        {"\xe2\x80\xae", 1},     /* right-to-left override */
        {"\xc0\xaf", 2},         /* overlong */
        {"\xed\xa0\x80", 3},     /* a surrogate */
        {"\xf0\x9f\x98\x80", 2}, /* an emoji */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_eq(grid_text_width(cases[i].text), cases[i].width, "case %zu: %d", i,
                     grid_text_width(cases[i].text));
}

Test(grid, text_is_clipped_to_its_area)
{
    struct grid g;
    cr_assert_eq(grid_init(&g, 3, 10), 0);
    struct rect area = {1, 2, 1, 5};
    cr_expect_eq(grid_text(&g, area, 0, 2, ROLE_TEXT, 0, "abcdef"), 3);
    cr_expect_eq(grid_text(&g, area, 1, 0, ROLE_TEXT, 0, "below"), 5);
    cr_expect_eq(grid_text(&g, area, -1, 0, ROLE_TEXT, 0, "above"), 5);
    expect_row(&g, 0, "");
    expect_row(&g, 1, "    abc");
    expect_row(&g, 2, "");
    grid_fini(&g);
}

Test(grid, an_area_beyond_the_grid_is_harmless)
{
    struct grid g;
    cr_assert_eq(grid_init(&g, 2, 4), 0);
    struct rect area = {-1, -2, 40, 80};
    for (int row = -2; row < 42; row++)
        grid_text(&g, area, row, -5, ROLE_TEXT, 0, "日本語 and more than fits in it");
    grid_frame(&g, area, ROLE_FRAME, "title");
    grid_mark_row(&g, area, 1, CELL_REVERSE);
    grid_wrapped(&g, area, -1, ROLE_TEXT, "some text");
    grid_fini(&g);
}

Test(grid, wide_characters_are_never_cut_in_half)
{
    struct grid g;
    cr_assert_eq(grid_init(&g, 1, 5), 0);
    cr_expect_eq(grid_text(&g, all_of(&g), 0, 0, ROLE_TEXT, 0, "日本語"), 4);
    expect_row(&g, 0, "日本");
    cr_expect_eq(g.cells[1].rune, 0);
    grid_text(&g, all_of(&g), 0, 1, ROLE_TEXT, 0, "x"); /* over the right half */
    expect_row(&g, 0, " x本");
    grid_text(&g, all_of(&g), 0, 2, ROLE_TEXT, 0, "y"); /* over the left half */
    expect_row(&g, 0, " xy");
    grid_fini(&g);
}

Test(grid, clipped_text_says_so)
{
    struct grid g;
    cr_assert_eq(grid_init(&g, 1, 10), 0);
    cr_expect_eq(grid_clipped(&g, all_of(&g), 0, 0, 5, ROLE_TEXT, 0, "abcde"), 5);
    expect_row(&g, 0, "abcde");
    cr_expect_eq(grid_clipped(&g, all_of(&g), 0, 0, 5, ROLE_TEXT, 0, "abcdef"), 5);
    expect_row(&g, 0, "abcd…");
    cr_expect_eq(grid_clipped(&g, all_of(&g), 0, 0, 0, ROLE_TEXT, 0, "abcdef"), 0);
    grid_fini(&g);
}

Test(grid, wraps_at_spaces_and_line_ends)
{
    struct grid g;
    cr_assert_eq(grid_init(&g, 6, 8), 0);
    const char *text = "one two three\nfour abcdefghijkl\n";
    cr_expect_eq(grid_wrapped_rows(8, text), 5);
    cr_expect_eq(grid_wrapped(&g, all_of(&g), 0, ROLE_TEXT, text), 5);
    expect_row(&g, 0, "one two");
    expect_row(&g, 1, "three");
    expect_row(&g, 2, "four");
    expect_row(&g, 3, "abcdefgh");
    expect_row(&g, 4, "ijkl");
    grid_clear(&g);
    struct rect two = {0, 0, 2, 8};
    cr_expect_eq(grid_wrapped(&g, two, 0, ROLE_TEXT, text), 2);
    expect_row(&g, 0, "one two");
    expect_row(&g, 1, "three …");
    expect_row(&g, 2, "");
    grid_fini(&g);
}

Test(grid, wrapping_always_ends, .timeout = 10)
{
    struct grid g;
    cr_assert_eq(grid_init(&g, 50, 1), 0);
    cr_expect_eq(grid_wrapped(&g, all_of(&g), 0, ROLE_TEXT, "日本 ab  c\n\n d"),
                 grid_wrapped_rows(1, "日本 ab  c\n\n d"));
    cr_expect_eq(grid_wrapped(&g, (struct rect){0, 0, 5, 0}, 0, ROLE_TEXT, "abc"), 0);
    cr_expect_eq(grid_wrapped_rows(0, "abc"), 0);
    grid_fini(&g);
}

Test(grid, frames_have_their_inside)
{
    struct grid g;
    cr_assert_eq(grid_init(&g, 3, 14), 0);
    struct rect in = grid_frame(&g, all_of(&g), ROLE_FRAME, "A title");
    expect_row(&g, 0, "┌ A title ───┐");
    expect_row(&g, 1, "│            │");
    expect_row(&g, 2, "└────────────┘");
    cr_expect(in.row == 1 && in.col == 1 && in.rows == 1 && in.cols == 12);
    grid_clear(&g);
    grid_frame(&g, all_of(&g), ROLE_FRAME, "A title that is too long");
    expect_row(&g, 0, "┌ A title … ─┐");
    struct rect small = {0, 0, 2, 14};
    in = grid_frame(&g, small, ROLE_FRAME, "x");
    cr_expect(in.rows == 2 && in.cols == 14);
    grid_fini(&g);
}

Test(grid, ascii_has_a_stand_in_for_all)
{
    struct grid g;
    cr_assert_eq(grid_init(&g, 1, 20), 0);
    grid_text(&g, all_of(&g), 0, 0, ROLE_TEXT, 0, "┌─├▶█①⑨✝é日…");
    grid_to_ascii(&g);
    expect_row(&g, 0, "+-|>#19x???~");
    grid_fini(&g);
}
