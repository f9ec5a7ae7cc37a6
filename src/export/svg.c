#include "export/svg.h"

#include "export/ansi.h"
#include "export/export.h"
#include "export/paper.h"
#include "export/shape.h"
#include "view/grid.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum { WIDTH = SHAPE_CELL_COLS, HEIGHT = SHAPE_CELL_ROWS, BASELINE = 15 };

static void put_escaped_rune(FILE *out, uint32_t rune)
{
    switch (rune) {
    case '<':
        fputs("&lt;", out);
        break;
    case '>':
        fputs("&gt;", out);
        break;
    case '&':
        fputs("&amp;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    default:
        ansi_put_rune(out, rune);
    }
}

void svg_put_escaped(FILE *out, const char *utf8)
{
    utf8proc_ssize_t left = (utf8proc_ssize_t)strlen(utf8);
    while (left > 0) {
        utf8proc_int32_t rune;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)utf8, left, &rune);
        put_escaped_rune(out, n > 0 ? (uint32_t)rune : 0xFFFD);
        utf8 += n > 0 ? n : 1;
        left -= n > 0 ? n : 1;
    }
}

/* ---- one row: grounds, then shapes, then text --------------------------------------- */

struct row {
    const struct cell *cells;
    int cols;
    const struct paper *paper;
};

/* Where the cells that look like the one at col end. */
static int end_of_style(const struct row *row, int col)
{
    struct style style = paper_style(row->paper, &row->cells[col]);
    while (++col < row->cols) {
        struct style next = paper_style(row->paper, &row->cells[col]);
        if (!paper_is_same_style(&style, &next))
            break;
    }
    return col;
}

static void put_grounds(FILE *out, const struct row *row)
{
    for (int col = 0, end; col < row->cols; col = end) {
        end = end_of_style(row, col);
        struct style style = paper_style(row->paper, &row->cells[col]);
        if (style.has_ground)
            fprintf(out, "<rect x=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\"/>", col * WIDTH,
                    (end - col) * WIDTH, HEIGHT, style.ground);
    }
}

static void put_shapes(FILE *out, const struct row *row)
{
    for (int col = 0, end; col < row->cols; col = end) {
        end = end_of_style(row, col);
        bool has_any = false;
        for (int i = col; i < end; i++) {
            struct box boxes[SHAPE_MAX_BOXES];
            int n = shape_boxes(row->cells[i].rune, boxes);
            if (n > 0 && !has_any)
                fprintf(out, "<path fill=\"#%06x\" d=\"",
                        paper_style(row->paper, &row->cells[col]).ink);
            has_any = has_any || n > 0;
            for (int b = 0; b < n; b++)
                fprintf(out, "M%g %gh%gv%gh-%gz", boxes[b].x + i * WIDTH, boxes[b].y,
                        boxes[b].width, boxes[b].height, boxes[b].width);
        }
        if (has_any)
            fputs("\"/>", out);
    }
}

/*
 * Where a piece of text ends that begins at col and needs one list of positions: at another style,
 * between what is drawn and what is written, behind a character beyond 16 bits, of which programs
 * disagree whether it takes one position or two, and at a word: some programs drop blanks.
 */
static int end_of_piece(const struct row *row, int col)
{
    struct box boxes[SHAPE_MAX_BOXES];
    int end = end_of_style(row, col);
    bool is_drawn = shape_boxes(row->cells[col].rune, boxes) > 0;
    bool is_long = row->cells[col].rune > 0xFFFF;
    while (++col < end && !is_long) {
        if (row->cells[col].rune && (shape_boxes(row->cells[col].rune, boxes) > 0) != is_drawn)
            break;
        if (row->cells[col - 1].rune == ' ' && row->cells[col].rune != ' ')
            break;
        is_long = row->cells[col].rune > 0xFFFF;
    }
    return col;
}

static void put_piece(FILE *out, const struct row *row, int col, int end)
{
    struct box boxes[SHAPE_MAX_BOXES];
    struct style style = paper_style(row->paper, &row->cells[col]);
    bool is_drawn = shape_boxes(row->cells[col].rune, boxes) > 0;
    fputs("<tspan x=\"", out);
    for (int i = col; i < end; i++)
        if (row->cells[i].rune)
            fprintf(out, "%s%d", i > col ? " " : "", i * WIDTH);
    fputc('"', out);
    if (is_drawn) /* there to be selected and searched, not to be seen */
        fputs(" fill-opacity=\"0\"", out);
    else if (style.ink != row->paper->ink)
        fprintf(out, " fill=\"#%06x\"", style.ink);
    if (style.is_bold)
        fputs(" font-weight=\"bold\"", out);
    if (style.is_underlined)
        fputs(" text-decoration=\"underline\"", out);
    fputc('>', out);
    for (int i = col; i < end; i++)
        if (row->cells[i].rune)
            put_escaped_rune(out, row->cells[i].rune);
    fputs("</tspan>", out);
}

static void put_text(FILE *out, const struct row *row)
{
    int cols = row->cols;
    while (cols > 0 && row->cells[cols - 1].rune == ' ')
        cols--;
    if (cols == 0)
        return;
    fprintf(out, "<text y=\"%d\" style=\"white-space:pre\">", BASELINE);
    struct row shown = {row->cells, cols, row->paper};
    for (int col = 0, end; col < cols; col = end) {
        while (row->cells[col].rune == 0 && col + 1 < cols)
            col++; /* it came with its left half */
        end = end_of_piece(&shown, col);
        put_piece(out, &shown, col, end);
    }
    fputs("</text>", out);
}

int svg_write(FILE *out, const struct grid *g, const struct paper *paper, const char *title)
{
    int width = g->cols * WIDTH + 2 * SVG_MARGIN, height = g->rows * HEIGHT + 2 * SVG_MARGIN;
    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xml:space=\"preserve\" width=\"%d\" "
            "height=\"%d\" viewBox=\"0 0 %d %d\" font-family=\"'DejaVu Sans Mono', 'Noto Sans "
            "Mono', Menlo, Consolas, monospace\" font-size=\"16\" fill=\"#%06x\">",
            width, height, width, height, paper->ink);
    fputs("<title>", out);
    svg_put_escaped(out, title);
    fprintf(out, "</title><rect width=\"%d\" height=\"%d\" fill=\"#%06x\"/>", width, height,
            paper->ground);
    for (int i = 0; i < g->rows; i++) {
        struct row row = {&g->cells[(size_t)i * (size_t)g->cols], g->cols, paper};
        fprintf(out, "\n<g transform=\"translate(%d %d)\">", SVG_MARGIN, SVG_MARGIN + i * HEIGHT);
        put_grounds(out, &row);
        put_shapes(out, &row);
        put_text(out, &row);
        fputs("</g>", out);
    }
    fputs("\n</svg>\n", out);
    return ferror(out) ? -EIO : 0;
}

/* ---- as a format of export: the last picture ------------------------------------------- */

static void free_last(void *state)
{
    struct grid *last = state;
    if (last)
        grid_fini(last);
    free(last);
}

static int start_last(struct export_sink *sink)
{
    struct grid *last = calloc(1, sizeof *last);
    sink->state = last;
    return last ? grid_init(last, sink->options.rows, sink->options.cols) : -ENOMEM;
}

static int put_last(struct export_sink *sink, const struct export_frame *frame)
{
    struct grid *last = sink->state;
    size_t n = (size_t)last->rows * (size_t)last->cols;
    memcpy(last->cells, frame->grid->cells, n * sizeof *last->cells);
    return 0;
}

static int finish_last(struct export_sink *sink)
{
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", sink->out);
    return svg_write(sink->out, sink->state, sink->options.paper, sink->options.title);
}

const struct export_format export_svg = {
    .name = "svg",
    .summary = "one picture, the last; its text can be selected",
    .start = start_last,
    .put = put_last,
    .finish = finish_last,
    .free = free_last,
};
