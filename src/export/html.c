/*
 * One page that holds everything: the first picture as SVG, all others as data, and the script that
 * shows them. Each different row is stored once, and of each frame only the rows that have changed.
 */
#include "export/ansi.h"
#include "export/export.h"
#include "export/page.h"
#include "export/paper.h"
#include "export/shape.h"
#include "export/svg.h"
#include "view/grid.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include <uthash.h>

enum { BASELINE = 15 };

struct known_row {
    char *json; /* its runs */
    size_t index;
    UT_hash_handle hh;
};

struct page {
    struct grid first;
    struct known_row *known;
    size_t *shown; /* of each row of the frame before, the index in rows */
    struct style *styles;
    size_t n_styles;
    json_t *rows, *frames, *shapes;
};

static void free_page(void *state)
{
    struct page *page = state;
    if (!page)
        return;
    struct known_row *row = page->known;
    HASH_CLEAR(hh, page->known); /* the table alone: the rows are still chained */
    while (row) {
        struct known_row *next = row->hh.next;
        free(row->json);
        free(row);
        row = next;
    }
    json_decref(page->rows);
    json_decref(page->frames);
    json_decref(page->shapes);
    free(page->styles);
    free(page->shown);
    if (page->first.cells)
        grid_fini(&page->first);
    free(page);
}

static int start(struct export_sink *sink)
{
    struct page *page = calloc(1, sizeof *page);
    sink->state = page;
    if (!page)
        return -ENOMEM;
    page->rows = json_array();
    page->frames = json_array();
    page->shapes = json_object();
    page->shown = calloc((size_t)sink->options.rows, sizeof *page->shown);
    if (!page->rows || !page->frames || !page->shapes || !page->shown)
        return -ENOMEM;
    return grid_init(&page->first, sink->options.rows, sink->options.cols);
}

/* ---- a row as runs ------------------------------------------------------------------ */

/* The style's index, or -ENOMEM. */
static int find_style(struct page *page, const struct style *style)
{
    for (size_t i = 0; i < page->n_styles; i++)
        if (paper_is_same_style(&page->styles[i], style))
            return (int)i;
    struct style *grown = realloc(page->styles, (page->n_styles + 1) * sizeof *grown);
    if (!grown)
        return -ENOMEM;
    page->styles = grown;
    page->styles[page->n_styles] = *style;
    return (int)page->n_styles++;
}

/* The script must know how to draw it. */
static int learn_shape(struct page *page, uint32_t rune)
{
    struct box boxes[SHAPE_MAX_BOXES];
    char key[5] = "";
    int n = shape_boxes(rune, boxes);
    if (n == 0)
        return 0;
    utf8proc_encode_char((utf8proc_int32_t)rune, (utf8proc_uint8_t *)key);
    if (json_object_get(page->shapes, key))
        return 0;
    json_t *list = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(
            list, json_pack("[ffff]", boxes[i].x, boxes[i].y, boxes[i].width, boxes[i].height));
    return json_object_set_new(page->shapes, key, list) ? -ENOMEM : 0;
}

static bool is_wide(const struct cell *cells, int cols, int col)
{
    return col + 1 < cols && cells[col + 1].rune == 0;
}

/* The run that begins at *col, which is moved behind it: [style, text] or [style, text, 2]. */
static json_t *make_run(struct page *page, const struct paper *paper, const struct cell *cells,
                        int cols, int *col)
{
    struct style style = paper_style(paper, &cells[*col]);
    bool wide = is_wide(cells, cols, *col);
    int index = find_style(page, &style), error = index < 0 ? index : 0;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return NULL;
    while (*col < cols && !error) {
        struct style next = paper_style(paper, &cells[*col]);
        if (!paper_is_same_style(&style, &next) || is_wide(cells, cols, *col) != wide)
            break;
        uint32_t rune = cells[*col].rune ? cells[*col].rune : ' ';
        ansi_put_rune(out, rune);
        error = learn_shape(page, rune);
        *col += wide ? 2 : 1;
    }
    if (fclose(out) != 0)
        error = -ENOMEM;
    json_t *run = error  ? NULL
                  : wide ? json_pack("[is%i]", index, text, len, 2)
                         : json_pack("[is%]", index, text, len);
    free(text);
    return run;
}

static json_t *make_row(struct page *page, const struct paper *paper, const struct cell *cells,
                        int cols)
{
    json_t *row = json_array();
    while (cols > 0 && cells[cols - 1].rune == ' ' &&
           !paper_style(paper, &cells[cols - 1]).has_ground)
        cols--;
    for (int col = 0; row && col < cols;) {
        json_t *run = make_run(page, paper, cells, cols, &col);
        if (!run || json_array_append_new(row, run) != 0) {
            json_decref(row);
            return NULL;
        }
    }
    return row;
}

/* The index of this row among the different ones; it takes row over. */
static int remember_row(struct page *page, json_t *row, size_t *index)
{
    char *json = row ? json_dumps(row, JSON_COMPACT) : NULL;
    struct known_row *known = NULL;
    int error = -ENOMEM;
    if (!json)
        goto out;
    HASH_FIND_STR(page->known, json, known);
    if (!known) {
        known = calloc(1, sizeof *known);
        if (!known || json_array_append(page->rows, row) != 0) {
            free(known);
            goto out;
        }
        known->index = json_array_size(page->rows) - 1;
        known->json = json;
        HASH_ADD_KEYPTR(hh, page->known, json, strlen(json), known);
        json = NULL;
    }
    *index = known->index;
    error = 0;
out:
    free(json);
    json_decref(row);
    return error;
}

static int put(struct export_sink *sink, const struct export_frame *frame)
{
    struct page *page = sink->state;
    const struct grid *g = frame->grid;
    size_t cols = (size_t)g->cols;
    bool is_first = sink->n_frames == 0;
    if (is_first)
        memcpy(page->first.cells, g->cells, (size_t)g->rows * cols * sizeof *g->cells);
    json_t *changes = json_pack("[Ii]", (json_int_t)(frame->time_ns / 1000000), frame->has_event);
    int error = changes ? 0 : -ENOMEM;
    for (int i = 0; i < g->rows && !error; i++) {
        size_t index = 0;
        error = remember_row(
            page, make_row(page, sink->options.paper, &g->cells[(size_t)i * cols], g->cols),
            &index);
        if (error || (!is_first && page->shown[i] == index))
            continue;
        page->shown[i] = index;
        if (json_array_append_new(changes, json_integer(i)) ||
            json_array_append_new(changes, json_integer((json_int_t)index)))
            error = -ENOMEM;
    }
    if (error) {
        json_decref(changes);
        return error;
    }
    return json_array_append_new(page->frames, changes) ? -ENOMEM : 0;
}

/* ---- the page ----------------------------------------------------------------------- */

static json_t *make_styles(const struct page *page)
{
    json_t *styles = json_array();
    for (size_t i = 0; styles && i < page->n_styles; i++) {
        const struct style *s = &page->styles[i];
        char ink[8], ground[8];
        snprintf(ink, sizeof ink, "#%06x", s->ink & 0xffffff);
        snprintf(ground, sizeof ground, "#%06x", s->ground & 0xffffff);
        json_array_append_new(styles, json_pack("[ss?ii]", ink, s->has_ground ? ground : NULL,
                                                s->is_bold, s->is_underlined));
    }
    return styles;
}

/* JSON within <script>: a '<' could end it, and stands only in strings, where it may be escaped. */
static int put_script_safe(const char *bytes, size_t n, void *stream)
{
    FILE *out = stream;
    for (size_t i = 0; i < n; i++)
        if (bytes[i] == '<')
            fputs("\\u003c", out);
        else
            putc(bytes[i], out);
    return ferror(out) ? -1 : 0;
}

static int put_data(FILE *out, const struct page *page)
{
    json_t *data = json_pack("{s[iii] so sO sO sO}", "cell", SHAPE_CELL_COLS, SHAPE_CELL_ROWS,
                             BASELINE, "styles", make_styles(page), "shapes", page->shapes, "rows",
                             page->rows, "frames", page->frames);
    if (!data)
        return -ENOMEM;
    int error =
        json_dump_callback(data, put_script_safe, out, JSON_COMPACT | JSON_REAL_PRECISION(4));
    json_decref(data);
    return error ? -EIO : 0;
}

static int put_field(struct export_sink *sink, const char *name, size_t len)
{
    const struct paper *paper = sink->options.paper;
    struct page *page = sink->state;
    FILE *out = sink->out;
    if (strncmp(name, "DATA", len) == 0)
        return put_data(out, page);
    if (strncmp(name, "PICTURE", len) == 0)
        return svg_write(out, &page->first, paper, sink->options.title);
    if (strncmp(name, "TITLE", len) == 0)
        svg_put_escaped(out, sink->options.title);
    else if (strncmp(name, "GROUND", len) == 0)
        fprintf(out, "#%06x", paper->ground);
    else if (strncmp(name, "INK", len) == 0)
        fprintf(out, "#%06x", paper->ink);
    else if (strncmp(name, "FAINT", len) == 0)
        fprintf(out, "#%06x", paper->faint);
    return 0;
}

static int finish(struct export_sink *sink)
{
    int error = 0;
    const char *at = page_html;
    while (*at && !error) {
        size_t len = strcspn(at, "@");
        fwrite(at, 1, len, sink->out);
        at += len;
        if (*at != '@')
            break;
        size_t name = strcspn(at + 1, "@");
        error = put_field(sink, at + 1, name);
        at += name + 2;
    }
    return error;
}

const struct export_format export_html = {
    .name = "html",
    .summary = "one page to step through in a browser, without a network",
    .is_film = true,
    .start = start,
    .put = put,
    .finish = finish,
    .free = free_page,
};
