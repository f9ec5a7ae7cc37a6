/* asciicast v2 (docs.asciinema.org): a line of JSON first, then one a picture: what has changed. */
#include "export/ansi.h"
#include "export/export.h"
#include "export/paper.h"
#include "view/grid.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { CAST_COLORS = 256 };

static int put_line(FILE *out, json_t *line)
{
    if (!line)
        return -ENOMEM;
    int error = json_dumpf(line, out, JSON_COMPACT | JSON_REAL_PRECISION(12)) == 0 ? 0 : -EIO;
    json_decref(line);
    if (!error && fputc('\n', out) == EOF)
        error = -EIO;
    return error;
}

static void free_shown(void *state)
{
    struct grid *shown = state;
    if (shown)
        grid_fini(shown);
    free(shown);
}

static int start(struct export_sink *sink)
{
    const struct export_options *o = &sink->options;
    struct grid *shown = calloc(1, sizeof *shown);
    sink->state = shown;
    if (!shown)
        return -ENOMEM;
    int error = grid_init(shown, o->rows, o->cols);
    if (error)
        return error;
    /* A title need not be UTF-8: it may be a command line. */
    json_t *title = json_string(o->title);
    json_t *header =
        json_pack("{si si si so s{ss}}", "version", 2, "width", o->cols, "height", o->rows, "title",
                  title ? title : json_string("proclab"), "env", "TERM", "xterm-256color");
    return put_line(sink->out, header);
}

/* A wide character is written whole where either half of it has changed. */
static bool must_write(const struct cell *now, const struct cell *shown, int cols)
{
    if (!cell_is_same(&now[0], &shown[0]))
        return true;
    return cols > 1 && now[1].rune == 0 && !cell_is_same(&now[1], &shown[1]);
}

static void put_row(FILE *out, const struct export_sink *sink, int row, const struct cell *now,
                    const struct cell *shown, bool writes_all)
{
    const struct palette *palette = &palettes[sink->options.paper->palette];
    struct look before = {{-1, -1}, 0};
    int at = -1; /* where the cursor is */
    for (int col = 0; col < sink->options.cols; col++) {
        const struct cell *cell = &now[col];
        if (cell->rune == 0 && col > 0)
            continue;
        if (!writes_all && !must_write(cell, &shown[col], sink->options.cols - col))
            continue;
        struct look look = palette_look(palette, cell);
        if (at != col)
            fprintf(out, "\033[%d;%dH", row + 1, col + 1);
        if (at < 0 || !ansi_is_same_look(&look, &before))
            ansi_put_look(out, &look, CAST_COLORS);
        ansi_put_rune(out, cell->rune);
        before = look;
        at = col + 1 + (col + 1 < sink->options.cols && now[col + 1].rune == 0);
    }
}

static int put(struct export_sink *sink, const struct export_frame *frame)
{
    struct grid *shown = sink->state;
    size_t cols = (size_t)shown->cols, n = (size_t)shown->rows * cols, len = 0;
    char *text = NULL;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return -ENOMEM;
    if (sink->n_frames == 0)
        fputs("\033[?25l\033[0m\033[2J", out);
    for (int row = 0; row < shown->rows; row++)
        put_row(out, sink, row, &frame->grid->cells[(size_t)row * cols],
                &shown->cells[(size_t)row * cols], sink->n_frames == 0);
    if (fclose(out) != 0) {
        free(text);
        return -ENOMEM;
    }
    int error = 0;
    if (len > 0)
        error =
            put_line(sink->out, json_pack("[fss%]", (double)frame->time_ns / 1e9, "o", text, len));
    free(text);
    if (!error)
        memcpy(shown->cells, frame->grid->cells, n * sizeof *shown->cells);
    return error;
}

const struct export_format export_cast = {
    .name = "cast",
    .summary = "asciicast v2, for asciinema play",
    .is_film = true,
    .start = start,
    .put = put,
    .free = free_shown,
};
