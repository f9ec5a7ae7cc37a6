/* Pictures as text: blanks, wide characters, colours. */
#include "export/text.h"

#include "view/grid.h"
#include "view/palette.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void expect_text(const struct grid *g, const struct palette *palette, int colors,
                        const char *expected)
{
    char *text = text_from_grid(g, palette, colors);
    cr_assert(text);
    cr_expect_str_eq(text, expected);
    free(text);
}

static struct rect begin(struct grid *g, int rows, int cols)
{
    cr_assert_eq(grid_init(g, rows, cols), 0);
    return (struct rect){0, 0, rows, cols};
}

Test(text, trailing_blanks_are_left_out)
{
    struct grid g;
    struct rect all = begin(&g, 3, 10);
    grid_text(&g, all, 0, 1, ROLE_ALERT, 0, "a b");
    grid_text(&g, all, 2, 0, ROLE_TEXT, 0, "日本");
    expect_text(&g, NULL, 0, " a b\n\n日本\n");
    grid_fini(&g);
}

Test(text, each_row_begins_and_ends_without_colours)
{
    struct grid g;
    struct rect all = begin(&g, 2, 6);
    grid_text(&g, all, 0, 0, ROLE_FLOW, 0, "ab");
    grid_text(&g, all, 0, 2, ROLE_TEXT, 0, "c");
    grid_text(&g, all, 1, 0, ROLE_BLOCKED, 0, "d");
    expect_text(&g, &palettes[PALETTE_DARK], 256,
                "\033[0;38;5;81mab\033[0mc\n\033[0;1;38;5;214md\033[0m\n");
    expect_text(&g, &palettes[PALETTE_DARK], 8, "\033[0;36mab\033[0mc\n\033[0;1;33md\033[0m\n");
    expect_text(&g, &palettes[PALETTE_MONO], 256, "abc\n\033[0;1md\033[0m\n");
    grid_fini(&g);
}

Test(text, blanks_that_show_are_kept)
{
    struct grid g;
    struct rect all = begin(&g, 1, 4);
    grid_text(&g, all, 0, 0, ROLE_TEXT, 0, "x");
    grid_mark_row(&g, all, 0, CELL_SELECTED);
    expect_text(&g, &palettes[PALETTE_MONO], 256, "\033[0;7mx   \033[0m\n");
    expect_text(&g, NULL, 0, "x\n");
    grid_fini(&g);
}

Test(text, the_programs_own_colours)
{
    struct grid g;
    struct rect all = begin(&g, 1, 2);
    grid_put(&g, all, 0, 0, (struct cell){.rune = 'r', .color = 1});
    grid_put(&g, all, 0, 1, (struct cell){.rune = 'b', .color = 12});
    expect_text(&g, &palettes[PALETTE_DARK], 256, "\033[0;31mr\033[0;94mb\033[0m\n");
    expect_text(&g, &palettes[PALETTE_DARK], 8, "\033[0;31mr\033[0;34mb\033[0m\n");
    expect_text(&g, &palettes[PALETTE_MONO], 256, "rb\n");
    grid_fini(&g);
}

Test(text, a_full_disk_is_reported)
{
    struct grid g;
    begin(&g, 400, 200);
    for (int i = 0; i < 400 * 200; i++)
        g.cells[i].rune = 'x';
    FILE *full = fopen("/dev/full", "w");
    cr_assert(full);
    cr_expect(text_write(full, &g, NULL, 0) < 0);
    fclose(full);
    grid_fini(&g);
}
