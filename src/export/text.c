#include "export/text.h"

#include "export/ansi.h"
#include "export/export.h"
#include "view/grid.h"
#include "view/palette.h"

#include <errno.h>
#include <stdlib.h>

/* Nothing would be seen of it. */
static bool is_blank(const struct cell *cell, const struct palette *palette)
{
    if (cell->rune != ' ')
        return false;
    return !palette || !(palette_look(palette, cell).attributes & (LOOK_REVERSE | LOOK_UNDERLINE));
}

static void put_row(FILE *out, const struct cell *cells, int cols, const struct palette *palette,
                    int colors)
{
    static const struct look plain = {{-1, -1}, 0};
    struct look before = plain;
    while (cols > 0 && is_blank(&cells[cols - 1], palette))
        cols--;
    for (int i = 0; i < cols; i++) {
        if (cells[i].rune == 0)
            continue; /* it came with its left half */
        struct look look = palette ? palette_look(palette, &cells[i]) : plain;
        if (!ansi_is_same_look(&look, &before))
            ansi_put_look(out, &look, colors);
        before = look;
        ansi_put_rune(out, cells[i].rune);
    }
    if (!ansi_is_same_look(&before, &plain))
        fputs("\033[0m", out);
    fputc('\n', out);
}

int text_write(FILE *out, const struct grid *g, const struct palette *palette, int colors)
{
    for (int row = 0; row < g->rows; row++)
        put_row(out, &g->cells[(size_t)row * (size_t)g->cols], g->cols, palette, colors);
    return ferror(out) ? -EIO : 0;
}

char *text_from_grid(const struct grid *g, const struct palette *palette, int colors)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return NULL;
    int error = text_write(out, g, palette, colors);
    if (fclose(out) != 0 || error) {
        free(text);
        return NULL;
    }
    return text;
}

/* ---- as a format of export: picture after picture ------------------------------- */

static int put_frame(struct export_sink *sink, const struct export_frame *frame)
{
    if (sink->n_frames > 0)
        fputc('\n', sink->out);
    int error = text_write(sink->out, frame->grid, NULL, 0);
    fflush(sink->out); /* somebody may be reading along */
    return error;
}

const struct export_format export_text = {
    .name = "text",
    .summary = "plain text, an empty line between pictures",
    .put = put_frame,
};
