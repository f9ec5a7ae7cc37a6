/*
 * grid.h - a rectangle of cells to draw on. No curses, no I/O.
 *
 * A cell holds one character and a role: what the text *is*, not how it looks. A
 * theme (ui, export) turns roles into colours and attributes.
 */
#ifndef PROCLAB_VIEW_GRID_H
#define PROCLAB_VIEW_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum role {
    ROLE_TEXT,
    ROLE_TITLE,   /* a panel's name, the lab's name */
    ROLE_FRAME,   /* borders, tree branches */
    ROLE_LABEL,   /* column heads, units, what explains a figure */
    ROLE_KEY,     /* a key to press */
    ROLE_NEW,     /* just forked or exec'ed */
    ROLE_GONE,    /* exited, a zombie */
    ROLE_RUNNING, /* on a CPU or runnable */
    ROLE_BLOCKED, /* blocked on a pipe: what the lesson is about */
    ROLE_ALERT,   /* full, EOF withheld, no reader */
    ROLE_FLOW,    /* bytes: the arrows and fill bars */
    ROLE_PAUSED,  /* the picture stands still */
    ROLE_LIVE,
    ROLE_COUNT
};

enum cell_flags { CELL_BOLD = 1, CELL_REVERSE = 2, CELL_SELECTED = 4, CELL_UNDERLINE = 8 };

struct cell {
    uint32_t rune; /* one Unicode code point; 0: the right half of a wide character */
    uint8_t role;  /* enum role */
    uint8_t flags; /* bits of enum cell_flags */
    int8_t color;  /* -1: the role's; 0..15: an ANSI colour (only the program's own output) */
};

static inline bool cell_is_same(const struct cell *a, const struct cell *b)
{
    return a->rune == b->rune && a->role == b->role && a->flags == b->flags && a->color == b->color;
}

struct grid {
    int rows, cols;
    struct cell *cells; /* rows * cols, by row */
};

struct rect {
    int row, col, rows, cols;
};

/* All blank. 0, or -ENOMEM; -EINVAL for a size below 1x1 or above 4096x4096. */
int grid_init(struct grid *g, int rows, int cols);
void grid_fini(struct grid *g);
void grid_clear(struct grid *g);

/*
 * Write UTF-8 text into one row of area, from column col of it (0-based), clipped to it; wide
 * characters take two cells and are never cut in half. Control characters and broken UTF-8 are
 * shown as U+FFFD. Returns the number of columns that it took.
 */
int grid_text(struct grid *g, struct rect area, int row, int col, enum role role, unsigned flags,
              const char *utf8);
int grid_printf(struct grid *g, struct rect area, int row, int col, enum role role, unsigned flags,
                const char *format, ...) __attribute__((format(printf, 7, 8)));
/*
 * The same, wrapped at spaces and '\n' from row on; what does not fit ends with an ellipsis.
 * Returns the number of rows that it took.
 */
int grid_wrapped(struct grid *g, struct rect area, int row, enum role role, const char *utf8);
/*
 * A border with a title in it; returns what is inside. An area below 3x4 gets no border and is all
 * inside.
 */
struct rect grid_frame(struct grid *g, struct rect area, enum role role, const char *title);
/* Columns that text takes on a screen. */
int grid_text_width(const char *utf8);
/*
 * Set flags on all cells of one row of area. A selected row has no pale parts: frames and labels
 * become text.
 */
void grid_mark_row(struct grid *g, struct rect area, int row, unsigned flags);
/*
 * Replace each character that is not ASCII by its ASCII stand-in: '─' '-', '▶' '>', '█' '#', '①'
 * '1', else '?'.
 */
void grid_to_ascii(struct grid *g);

/* Heavy lines and blocks in place of thin ones, for a projector. */
void grid_to_heavy(struct grid *g);

/*
 * One cell; a rune that cannot be shown becomes U+FFFD. Returns its width: 0 (a combining mark:
 * left out), 1 or 2.
 */
int grid_put(struct grid *g, struct rect area, int row, int col, struct cell what);
void grid_fill(struct grid *g, struct rect area, struct cell what);
/* Text in at most `width` columns; cut text ends with an ellipsis. Returns the columns taken. */
int grid_clipped(struct grid *g, struct rect area, int row, int col, int width, enum role role,
                 unsigned flags, const char *utf8);
/* Rows that grid_wrapped() would need in cols columns. */
int grid_wrapped_rows(int cols, const char *utf8);
/*
 * Columns of one code point: 0 (combining), 1 or 2; -1: a control, or otherwise not to be shown.
 * Whatever the locale is.
 */
int grid_rune_width(uint32_t rune);

#endif
