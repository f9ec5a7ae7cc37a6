#include "ui/paint.h"

#include "ui/theme.h"

#include <curses.h>
#include <string.h>
#include <wchar.h>

void painter_init(struct painter *p)
{
    *p = (struct painter){.is_stale = true};
}

void painter_fini(struct painter *p)
{
    grid_fini(&p->shown);
    *p = (struct painter){.is_stale = true};
}

void painter_invalidate(struct painter *p)
{
    p->is_stale = true;
}

static void paint_cell(int row, int col, const struct cell *cell, const struct theme *theme)
{
    wchar_t text[2] = {(wchar_t)cell->rune, L'\0'};
    /* Nothing that could move the cursor or switch a mode gets through, whoever drew it. */
    if (cell->rune < 0x20 || (cell->rune >= 0x7f && cell->rune < 0xa0))
        text[0] = cell->rune == 0 ? L' ' : L'?';
    cchar_t character;
    setcchar(&character, text, theme_attributes(theme, cell), theme_pair(theme, cell), NULL);
    mvadd_wchnstr(row, col, &character, 1);
}

static bool is_same(const struct cell *a, const struct cell *b)
{
    return a->rune == b->rune && a->role == b->role && a->flags == b->flags && a->color == b->color;
}

static void paint_row(struct painter *p, const struct grid *g, const struct theme *theme, int row,
                      int rows, int cols)
{
    const struct cell *cells = &g->cells[(size_t)row * (size_t)g->cols];
    struct cell *shown = &p->shown.cells[(size_t)row * (size_t)g->cols];
    for (int col = 0; col < g->cols && col < cols && row < rows; col++) {
        if (!p->is_stale && is_same(&cells[col], &shown[col]))
            continue;
        if (cells[col].rune || col == 0) /* the right half came with the left one */
            paint_cell(row, col, &cells[col], theme);
    }
    memcpy(shown, cells, (size_t)g->cols * sizeof *shown);
}

int painter_paint(struct painter *p, const struct grid *g, const struct theme *theme,
                  int cursor_row, int cursor_col)
{
    if (p->shown.rows != g->rows || p->shown.cols != g->cols) {
        grid_fini(&p->shown);
        int error = grid_init(&p->shown, g->rows, g->cols);
        if (error) {
            p->shown = (struct grid){0};
            return error;
        }
        p->is_stale = true;
    }
    if (p->is_stale)
        erase();
    int rows, cols;
    getmaxyx(stdscr, rows, cols);
    for (int row = 0; row < g->rows; row++)
        paint_row(p, g, theme, row, rows, cols);
    p->is_stale = false;
    curs_set(cursor_row >= 0);
    if (cursor_row >= 0)
        move(cursor_row, cursor_col);
    refresh();
    return 0;
}
