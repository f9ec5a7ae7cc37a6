/* Pictures in files: what goes in comes out, whatever programs call themselves. */
#include "export/ansi.h"
#include "export/export.h"
#include "export/paper.h"
#include "export/shape.h"
#include "view/grid.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 3, COLS = 24 };

static const char hostile[] = "<b>]]></script>&amp;\"'";

static void fill(struct grid *g, const char *text)
{
    cr_assert_eq(grid_init(g, ROWS, COLS), 0);
    grid_text(g, (struct rect){0, 0, ROWS, COLS}, 1, 0, ROLE_ALERT, 0, text);
}

/* The file that these pictures make; the caller frees it. */
static char *export_all(const struct export_format *format, const struct grid *grids, size_t n)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    const struct export_options options = {hostile, ROWS, COLS, paper_find("dark")};
    struct export_sink *sink;
    cr_assert(out);
    cr_assert_eq(export_open(format, &options, out, &sink), 0);
    for (size_t i = 0; i < n; i++) {
        struct export_frame frame = {&grids[i], i * 500000000, i == 1};
        cr_assert_eq(export_put(sink, &frame), 0);
    }
    cr_assert_eq(export_close(sink), 0);
    fclose(out);
    return text;
}

static size_t count(const char *text, const char *word)
{
    size_t n = 0;
    for (; (text = strstr(text, word)); text += strlen(word))
        n++;
    return n;
}

Test(export, every_format_has_its_name)
{
    for (size_t i = 0; i < n_export_formats; i++)
        cr_expect_eq(export_find(export_formats[i]->name), export_formats[i]);
    cr_expect_null(export_find("gif"));
    cr_expect_null(paper_find("pink"));
}

Test(export, a_picture_of_another_size_and_no_picture_are_refused)
{
    const struct export_options options = {"x", ROWS, COLS, paper_find("dark")};
    struct grid g;
    cr_assert_eq(grid_init(&g, ROWS, COLS + 1), 0);
    for (size_t i = 0; i < n_export_formats; i++) {
        struct export_sink *sink;
        cr_assert_eq(export_open(export_formats[i], &options, stderr, &sink), 0);
        cr_expect_eq(export_put(sink, &(struct export_frame){.grid = &g}), -EINVAL);
        cr_expect_eq(export_close(sink), -ENODATA);
    }
    grid_fini(&g);
}

Test(export, runes_that_no_file_may_hold)
{
    static const uint32_t bad[] = {0, 0x07, 0x1b, 0x7f, 0x9b, 0xD800, 0xFFFE, 0xFFFF, 0x1FFFF};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        cr_expect_eq(ansi_safe_rune(bad[i]), 0xFFFD, "U+%04X", bad[i]);
    cr_expect_eq(ansi_safe_rune(0x1F600), 0x1F600);
}

Test(export, svg_escapes_what_programs_write)
{
    struct grid g;
    fill(&g, hostile);
    g.cells[0].rune = 0x1b; /* whoever drew that */
    char *svg = export_all(&export_svg, &g, 1);
    cr_expect_eq(count(svg, "&lt;b&gt;]]&gt;&lt;/script&gt;&amp;amp;&quot;'"), 2, "title and cell");
    cr_expect_null(strchr(svg, 0x1b));
    free(svg);
    grid_fini(&g);
}

Test(export, svg_places_each_character)
{
    struct grid g;
    fill(&g, "日a😀b│");
    char *svg = export_all(&export_svg, &g, 1);
    cr_expect(strstr(svg, "x=\"0 20 30\""), "%s", svg); /* 日 takes two cells */
    cr_expect(strstr(svg, "x=\"50\""), "behind the emoji a new list begins: %s", svg);
    cr_expect(strstr(svg, "fill-opacity=\"0\""), "what is drawn stays text: %s", svg);
    free(svg);
    grid_fini(&g);
}

Test(export, page_stores_a_row_once_and_a_script_cannot_be_ended)
{
    struct grid g[4];
    for (size_t i = 0; i < 4; i++)
        fill(&g[i], i % 2 ? "odd" : "</script><!--");
    char *page = export_all(&export_html, g, 4);
    char *data = strstr(page, "id=\"data\">"), *end = strstr(page, "</script>");
    cr_assert(data && end && data < end);
    *end = '\0';
    json_t *json = json_loads(data + strlen("id=\"data\">"), 0, NULL);
    cr_assert(json);
    cr_expect_eq(json_array_size(json_object_get(json, "rows")), 3); /* blank, two texts */
    json_t *frames = json_object_get(json, "frames");
    cr_expect_eq(json_array_size(frames), 4);
    cr_expect_eq(json_array_size(json_array_get(frames, 1)), 4); /* time, event, one row */
    cr_expect_eq(json_integer_value(json_array_get(json_array_get(frames, 1), 1)), 1);
    json_decref(json);
    free(page);
    for (size_t i = 0; i < 4; i++)
        grid_fini(&g[i]);
}

Test(export, cast_writes_only_what_has_changed)
{
    struct grid g[3];
    fill(&g[0], "abc");
    fill(&g[1], "abd");
    fill(&g[2], "abd");
    char *cast = export_all(&export_cast, g, 3), *save = NULL;
    json_t *header = json_loads(strtok_r(cast, "\n", &save), 0, NULL);
    cr_assert(header);
    cr_expect_eq(json_integer_value(json_object_get(header, "version")), 2);
    cr_expect_str_eq(json_string_value(json_object_get(header, "title")), hostile);
    json_decref(header);
    cr_assert(strtok_r(NULL, "\n", &save));
    json_t *second = json_loads(strtok_r(NULL, "\n", &save), 0, NULL);
    cr_assert(second);
    cr_expect_eq(json_real_value(json_array_get(second, 0)), 0.5);
    cr_expect_str_eq(json_string_value(json_array_get(second, 2)),
                     "\033[2;3H\033[0;1;7;38;5;202md");
    cr_expect_null(strtok_r(NULL, "\n", &save), "the same again is no line");
    json_decref(second);
    free(cast);
    for (size_t i = 0; i < 3; i++)
        grid_fini(&g[i]);
}

Test(export, lines_meet)
{
    struct box a[SHAPE_MAX_BOXES], b[SHAPE_MAX_BOXES];
    cr_assert_eq(shape_boxes(0x2500, a), 1); /* ─ */
    cr_assert_eq(shape_boxes(0x250C, b), 2); /* ┌ */
    cr_expect_eq(a[0].y, b[0].y);
    cr_expect(a[0].x <= 0 && b[0].x + b[0].width >= SHAPE_CELL_COLS);
    cr_assert_eq(shape_boxes(0x2502, a), 1); /* │ */
    cr_expect_eq(a[0].x, b[1].x);
    cr_expect(a[0].y <= 0 && b[1].y + b[1].height >= SHAPE_CELL_ROWS);
    cr_expect_eq(shape_boxes('a', a), 0);
}
