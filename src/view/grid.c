#include "view/grid.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define RUNE_REPLACEMENT 0xFFFD

static const struct cell BLANK = {.rune = ' ', .role = ROLE_TEXT, .color = -1};

int grid_init(struct grid *g, int rows, int cols)
{
    if (rows < 1 || cols < 1 || rows > 4096 || cols > 4096)
        return -EINVAL;
    struct cell *cells = malloc((size_t)rows * (size_t)cols * sizeof *cells);
    if (!cells)
        return -ENOMEM;
    *g = (struct grid){.rows = rows, .cols = cols, .cells = cells};
    grid_clear(g);
    return 0;
}

void grid_fini(struct grid *g)
{
    free(g->cells);
    *g = (struct grid){0};
}

void grid_clear(struct grid *g)
{
    size_t n = (size_t)g->rows * (size_t)g->cols;
    for (size_t i = 0; i < n; i++)
        g->cells[i] = BLANK;
}

/* ---- one character ---------------------------------------------------------- */

int grid_rune_width(uint32_t rune)
{
    if (rune >= 0x20 && rune < 0x7f)
        return 1;
    switch (utf8proc_category((utf8proc_int32_t)rune)) {
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
        return 0;
    case UTF8PROC_CATEGORY_CC: /* controls */
    case UTF8PROC_CATEGORY_CF: /* bidi overrides, zero-width joiners: they move what stands beside */
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CN:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
        return -1;
    default:
        return utf8proc_charwidth((utf8proc_int32_t)rune);
    }
}

/* The character at bytes, of which len are left, and how many bytes it takes (at least 1). */
static size_t decode(const char *bytes, size_t len, uint32_t *rune)
{
    utf8proc_int32_t r;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)bytes, (utf8proc_ssize_t)len, &r);
    if (n <= 0) {
        *rune = RUNE_REPLACEMENT;
        return 1;
    }
    *rune = (uint32_t)r;
    return (size_t)n;
}

/* What is shown for a character, and its width: 0 (nothing), 1 or 2. */
static int shown(uint32_t *rune)
{
    int width = grid_rune_width(*rune);
    if (width >= 0)
        return width;
    *rune = RUNE_REPLACEMENT;
    return 1;
}

/* The cell, or NULL where area (which may stick out of the grid) or the grid ends. */
static struct cell *cell_at(struct grid *g, struct rect area, int row, int col)
{
    if (row < 0 || col < 0 || row >= area.rows || col >= area.cols)
        return NULL;
    int r = area.row + row, c = area.col + col;
    if (r < 0 || c < 0 || r >= g->rows || c >= g->cols)
        return NULL;
    return &g->cells[(size_t)r * (size_t)g->cols + (size_t)c];
}

/* Overwriting one half of a wide character must not leave the other half behind. */
static void split_wide(struct grid *g, struct cell *cell)
{
    size_t i = (size_t)(cell - g->cells);
    size_t col = i % (size_t)g->cols;
    if (cell->rune == 0 && col > 0)
        g->cells[i - 1].rune = ' ';
    if (col + 1 < (size_t)g->cols && g->cells[i + 1].rune == 0)
        g->cells[i + 1].rune = ' ';
}

int grid_put(struct grid *g, struct rect area, int row, int col, struct cell what)
{
    uint32_t rune = what.rune;
    int width = shown(&rune);
    struct cell *left = cell_at(g, area, row, col);
    struct cell *right = width == 2 ? cell_at(g, area, row, col + 1) : NULL;
    if (width == 0 || !left)
        return width;
    if (width == 2 && !right)
        rune = ' '; /* no room for the right half */
    split_wide(g, left);
    *left = what;
    left->rune = rune;
    if (right) {
        split_wide(g, right);
        left->rune = rune;
        *right = what;
        right->rune = 0;
    }
    return width;
}

/* ---- text --------------------------------------------------------------------- */

static int put_bytes(struct grid *g, struct rect area, int row, int col, struct cell style,
                     const char *bytes, size_t len)
{
    int start = col;
    while (len > 0 && col < area.cols) {
        size_t n = decode(bytes, len, &style.rune);
        uint32_t rune = style.rune;
        int width = shown(&rune);
        if (col + width > area.cols)
            break;
        grid_put(g, area, row, col, style);
        col += width;
        bytes += n;
        len -= n;
    }
    return col - start;
}

int grid_text(struct grid *g, struct rect area, int row, int col, enum role role, unsigned flags,
              const char *utf8)
{
    struct cell style = {.role = (uint8_t)role, .flags = (uint8_t)flags, .color = -1};
    return put_bytes(g, area, row, col, style, utf8, strlen(utf8));
}

int grid_clipped(struct grid *g, struct rect area, int row, int col, int width, enum role role,
                 unsigned flags, const char *utf8)
{
    if (col + width > area.cols)
        width = area.cols - col;
    if (width <= 0)
        return 0;
    if (grid_text_width(utf8) <= width)
        return grid_text(g, area, row, col, role, flags, utf8);
    struct rect part = area;
    part.cols = col + width - 1;
    int used = grid_text(g, part, row, col, role, flags, utf8);
    return used + grid_text(g, area, row, col + used, role, flags, "…");
}

int grid_printf(struct grid *g, struct rect area, int row, int col, enum role role, unsigned flags,
                const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return grid_text(g, area, row, col, role, flags, text);
}

int grid_text_width(const char *utf8)
{
    int width = 0;
    size_t len = strlen(utf8);
    while (len > 0) {
        uint32_t rune;
        size_t n = decode(utf8, len, &rune);
        width += shown(&rune);
        utf8 += n;
        len -= n;
    }
    return width;
}

/*
 * The next line of text when it is wrapped at cols columns: its length in bytes goes
 * to *len, and where the line after it begins is returned.
 */
static const char *next_line(const char *text, int cols, size_t *len)
{
    const char *p = text, *space = NULL, *cut = NULL;
    size_t left = strlen(text);
    int width = 0;
    while (left > 0 && *p != '\n' && !cut) {
        uint32_t rune;
        size_t n = decode(p, left, &rune);
        if (rune == ' ')
            space = p;
        width += shown(&rune);
        if (width > cols && p > text) { /* at least one character a line, or it never ends */
            cut = space ? space : p;
        } else {
            p += n;
            left -= n;
        }
    }
    if (!cut) {
        *len = (size_t)(p - text);
        return left == 0 ? p : p + 1;
    }
    *len = (size_t)(cut - text);
    while (*cut == ' ')
        cut++;
    return *cut == '\n' ? cut + 1 : cut;
}

int grid_wrapped_rows(int cols, const char *utf8)
{
    int rows = 0;
    while (cols > 0 && *utf8) {
        size_t len;
        utf8 = next_line(utf8, cols, &len);
        rows++;
    }
    return rows;
}

int grid_wrapped(struct grid *g, struct rect area, int row, enum role role, const char *utf8)
{
    struct cell style = {.role = (uint8_t)role, .color = -1};
    int first = row;
    while (area.cols > 0 && row < area.rows && *utf8) {
        size_t len;
        const char *next = next_line(utf8, area.cols, &len);
        bool is_cut = row + 1 == area.rows && *next;
        if (is_cut && area.cols > 2) /* the last row keeps room to say that there was more */
            next_line(utf8, area.cols - 2, &len);
        int used = put_bytes(g, area, row, 0, style, utf8, len);
        if (is_cut)
            grid_text(g, area, row, used + 1, role, 0, "…");
        utf8 = next;
        row++;
    }
    return row - first;
}

/* ---- rectangles ----------------------------------------------------------------- */

void grid_fill(struct grid *g, struct rect area, struct cell what)
{
    for (int row = 0; row < area.rows; row++)
        for (int col = 0; col < area.cols; col++)
            grid_put(g, area, row, col, what);
}

struct rect grid_frame(struct grid *g, struct rect area, enum role role, const char *title)
{
    if (area.rows < 3 || area.cols < 4)
        return area;
    int last_row = area.rows - 1, last_col = area.cols - 1;
    struct cell line = {.rune = 0x2500, .role = (uint8_t)role, .color = -1}; /* ─ */
    for (int col = 1; col < last_col; col++) {
        grid_put(g, area, 0, col, line);
        grid_put(g, area, last_row, col, line);
    }
    line.rune = 0x2502; /* │ */
    for (int row = 1; row < last_row; row++) {
        grid_put(g, area, row, 0, line);
        grid_put(g, area, row, last_col, line);
    }
    grid_text(g, area, 0, 0, role, 0, "┌");
    grid_text(g, area, 0, last_col, role, 0, "┐");
    grid_text(g, area, last_row, 0, role, 0, "└");
    grid_text(g, area, last_row, last_col, role, 0, "┘");
    if (title && *title && area.cols >= 8) {
        int used = grid_clipped(g, area, 0, 2, area.cols - 5, ROLE_TITLE, CELL_BOLD, title);
        grid_text(g, area, 0, 1, role, 0, " ");
        grid_text(g, area, 0, 2 + used, role, 0, " ");
    }
    return (struct rect){area.row + 1, area.col + 1, area.rows - 2, area.cols - 2};
}

void grid_mark_row(struct grid *g, struct rect area, int row, unsigned flags)
{
    for (int col = 0; col < area.cols; col++) {
        struct cell *cell = cell_at(g, area, row, col);
        if (!cell)
            continue;
        cell->flags |= (uint8_t)flags;
        bool is_pale = cell->role == ROLE_FRAME || cell->role == ROLE_LABEL;
        if (flags & CELL_SELECTED && is_pale) /* or it would be a pale hole in the row */
            cell->role = ROLE_TEXT;
    }
}
