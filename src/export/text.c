#include "export/text.h"

#include "view/grid.h"
#include "view/palette.h"

#include <errno.h>
#include <stdlib.h>
#include <utf8proc.h>

static bool looks_equal(const struct look *a, const struct look *b)
{
    return a->ink.of_256 == b->ink.of_256 && a->attributes == b->attributes;
}

static void put_sgr(FILE *out, const struct look *look, int colors)
{
    static const struct {
        unsigned attribute;
        const char *sgr;
    } codes[] = {{LOOK_BOLD, ";1"}, {LOOK_DIM, ";2"}, {LOOK_UNDERLINE, ";4"}, {LOOK_REVERSE, ";7"}};
    fputs("\033[0", out);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (look->attributes & codes[i].attribute)
            fputs(codes[i].sgr, out);
    if (look->ink.of_256 >= 16 && colors >= 256)
        fprintf(out, ";38;5;%d", look->ink.of_256);
    else if (look->ink.of_256 >= 8 && look->ink.of_256 < 16 && colors >= 16)
        fprintf(out, ";%d", 90 + look->ink.of_256 - 8);
    else if (look->ink.of_8 >= 0)
        fprintf(out, ";%d", 30 + look->ink.of_8);
    fputc('m', out);
}

static void put_rune(FILE *out, uint32_t rune)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char((utf8proc_int32_t)rune, bytes);
    if (n > 0)
        fwrite(bytes, 1, (size_t)n, out);
}

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
        if (!looks_equal(&look, &before))
            put_sgr(out, &look, colors);
        before = look;
        put_rune(out, cells[i].rune);
    }
    if (!looks_equal(&before, &plain))
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
