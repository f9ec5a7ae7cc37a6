#include "run/terminal.h"
#include "run/terminal_filter.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vterm.h>

enum {
    SIZE_MAX_CELLS = 1000, /* rows, and columns: more is not a size but a mistake */
    COLS_LEAST = 2,        /* libvterm does not survive a wide character in one column */
    LINES_KEPT = 1000,
};

struct terminal {
    VTerm *vterm;
    VTermScreen *vscreen;
    VTermState *vstate;
    struct terminal_filter filter;
    int rows, cols;                     /* what was asked for; libvterm may have a column more */
    struct terminal_listener *listener; /* NULL: none */
    bool cursor_visible;
    struct screen screen;
    struct screen_cell *cells;
    size_t n_cells;
    char *lines[LINES_KEPT]; /* a ring: those that scrolled off */
    size_t n_lines;          /* ever put into it */
};

static int clamp(int value, int least, int most)
{
    return value < least ? least : value > most ? most : value;
}

static void feed(const char *bytes, size_t len, void *arg)
{
    struct terminal *t = arg;
    vterm_input_write(t->vterm, bytes, len);
}

/* One line as UTF-8 without the blanks at its end; NULL: out of memory. */
static char *line_text(const VTermScreenCell *cells, int cols)
{
    char *text = malloc((size_t)cols * 4 + 1);
    if (!text)
        return NULL;
    size_t n = 0, n_used = 0;
    for (int col = 0; col < cols; col++) {
        uint32_t rune = cells[col].chars[0];
        if (rune == (uint32_t)-1)
            continue; /* the right half of the one before */
        n += terminal_put_utf8(rune ? rune : ' ', text + n);
        if (rune && rune != ' ')
            n_used = n;
    }
    text[n_used] = '\0';
    return text;
}

static int keep_line(int cols, const VTermScreenCell *cells, void *user)
{
    struct terminal *t = user;
    char **slot = &t->lines[t->n_lines++ % LINES_KEPT];
    free(*slot);
    *slot = line_text(cells, cols);
    return 1;
}

static int set_property(VTermProp property, VTermValue *value, void *user)
{
    struct terminal *t = user;
    if (property == VTERM_PROP_CURSORVISIBLE)
        t->cursor_visible = value->boolean;
    return 1;
}

static const VTermScreenCallbacks CALLBACKS = {
    .sb_pushline = keep_line,
    .settermprop = set_property,
};

struct terminal *terminal_new(int rows, int cols)
{
    struct terminal *t = calloc(1, sizeof *t);
    if (!t)
        return NULL;
    t->rows = clamp(rows, 1, SIZE_MAX_CELLS);
    t->cols = clamp(cols, 1, SIZE_MAX_CELLS);
    t->cursor_visible = true;
    t->vterm = vterm_new(t->rows, clamp(t->cols, COLS_LEAST, SIZE_MAX_CELLS));
    if (!t->vterm || terminal_filter_init(&t->filter, t->cols, feed, t) < 0) {
        terminal_free(t);
        return NULL;
    }
    vterm_set_utf8(t->vterm, 1);
    t->vstate = vterm_obtain_state(t->vterm);
    t->vscreen = vterm_obtain_screen(t->vterm);
    vterm_screen_set_callbacks(t->vscreen, &CALLBACKS, t);
    vterm_screen_enable_altscreen(t->vscreen, 1);
    vterm_screen_set_damage_merge(t->vscreen, VTERM_DAMAGE_SCROLL);
    vterm_screen_reset(t->vscreen, 1);
    return t;
}

void terminal_free(struct terminal *t)
{
    if (!t)
        return;
    if (t->vterm)
        vterm_free(t->vterm);
    terminal_filter_fini(&t->filter);
    for (size_t i = 0; i < LINES_KEPT; i++)
        free(t->lines[i]);
    free(t->cells);
    free(t);
}

static void feed_text(struct terminal *t, const char *text)
{
    feed(text, strlen(text), t);
}

/*
 * libvterm 0.1 keeps margins, the saved cursor, and the cursor above lines that it scrolls off, all
 * where they were, outside of a smaller screen. So: no margins; scroll as far as the cursor's line
 * needs to stay in sight; cut what is below it; and save the cursor anew.
 */
static void prepare_shrink(struct terminal *t, int rows)
{
    VTermPos at;
    char text[64];
    vterm_state_get_cursorpos(t->vstate, &at);
    feed_text(t, "\033[?6l\033[r");
    int n_scroll = at.row + 1 - rows;
    if (n_scroll > 0) {
        snprintf(text, sizeof text, "\033[%dS", n_scroll);
        feed_text(t, text);
        at.row -= n_scroll;
    }
    if (rows < t->rows) {
        snprintf(text, sizeof text, "\033[%d;1H\033[J", rows + 1);
        feed_text(t, text);
    }
    snprintf(text, sizeof text, "\033[%d;%dH", at.row + 1, at.col + 1);
    feed_text(t, text);
}

void terminal_resize(struct terminal *t, int rows, int cols)
{
    rows = clamp(rows, 1, SIZE_MAX_CELLS);
    cols = clamp(cols, 1, SIZE_MAX_CELLS);
    if (rows == t->rows && cols == t->cols)
        return;
    bool shrinks = rows < t->rows || cols < t->cols;
    if (shrinks)
        prepare_shrink(t, rows);
    vterm_set_size(t->vterm, rows, clamp(cols, COLS_LEAST, SIZE_MAX_CELLS));
    t->rows = rows;
    t->cols = t->filter.cols = cols;
    if (shrinks)
        feed_text(t, "\0337");
    if (t->listener)
        t->listener->size(t->listener, rows, cols);
}

void terminal_listen(struct terminal *t, struct terminal_listener *listener)
{
    t->listener = listener;
    listener->size(listener, t->rows, t->cols);
}

void terminal_write(struct terminal *t, const char *bytes, size_t len)
{
    if (t->listener)
        t->listener->output(t->listener, bytes, len);
    terminal_filter_write(&t->filter, bytes, len);
    vterm_screen_flush_damage(t->vscreen);
}

size_t terminal_reply(struct terminal *t, char *buf, size_t len)
{
    return vterm_output_read(t->vterm, buf, len);
}

/* Of the 16 that every terminal has, the one that comes closest. */
static int8_t nearest_color(const struct terminal *t, VTermColor color)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(&color) || VTERM_COLOR_IS_DEFAULT_BG(&color))
        return -1;
    if (VTERM_COLOR_IS_INDEXED(&color) && color.indexed.idx < 16)
        return (int8_t)color.indexed.idx;
    vterm_screen_convert_color_to_rgb(t->vscreen, &color);
    int red = color.rgb.red, green = color.rgb.green, blue = color.rgb.blue;
    int most = red > green ? red : green;
    most = most > blue ? most : blue;
    if (most < 48)
        return 0;
    int hue = (red > most / 2) | (green > most / 2) << 1 | (blue > most / 2) << 2;
    if (hue == 7) /* a grey */
        return (int8_t)(most < 128 ? 8 : most < 224 ? 7 : 15);
    return (int8_t)(most > 192 ? hue + 8 : hue);
}

static struct screen_cell read_cell(const struct terminal *t, int row, int col)
{
    struct screen_cell cell = {.width = 1, .color = -1};
    VTermScreenCell from;
    if (!vterm_screen_get_cell(t->vscreen, (VTermPos){.row = row, .col = col}, &from))
        return cell;
    if (from.chars[0] != (uint32_t)-1)
        cell.rune = from.chars[0];
    cell.width = (uint8_t)(col + from.width <= t->cols ? from.width : 1);
    cell.is_bold = from.attrs.bold;
    cell.is_underlined = from.attrs.underline != 0;
    cell.is_reverse = from.attrs.reverse;
    cell.color = nearest_color(t, from.fg);
    /* A cell has one colour; on a coloured ground it is that of the ground that is seen. */
    int8_t ground = nearest_color(t, from.bg);
    if (!cell.is_reverse && ground >= 0) {
        cell.is_reverse = true;
        cell.color = ground;
    }
    return cell;
}

const struct screen *terminal_screen(struct terminal *t)
{
    size_t n = (size_t)t->rows * (size_t)t->cols;
    if (n > t->n_cells) {
        struct screen_cell *more = realloc(t->cells, n * sizeof *more);
        if (!more) {
            t->screen = (struct screen){.cursor_row = -1, .cursor_col = -1};
            return &t->screen;
        }
        t->cells = more;
        t->n_cells = n;
    }
    for (int row = 0; row < t->rows; row++)
        for (int col = 0; col < t->cols; col++)
            t->cells[row * t->cols + col] = read_cell(t, row, col);
    VTermPos at;
    vterm_state_get_cursorpos(t->vstate, &at);
    t->screen = (struct screen){
        .rows = t->rows,
        .cols = t->cols,
        .cells = t->cells,
        .cursor_row = t->cursor_visible ? clamp(at.row, 0, t->rows - 1) : -1,
        .cursor_col = t->cursor_visible ? clamp(at.col, 0, t->cols - 1) : -1,
    };
    return &t->screen;
}

/* The line as it is shown; NULL: out of memory. */
static char *shown_line(const struct terminal *t, int row, VTermScreenCell *cells)
{
    for (int col = 0; col < t->cols; col++)
        vterm_screen_get_cell(t->vscreen, (VTermPos){.row = row, .col = col}, &cells[col]);
    return line_text(cells, t->cols);
}

static void print_line(FILE *out, const char *line, size_t *n_blank)
{
    if (line[0] == '\0') {
        ++*n_blank; /* printed only if something comes after them */
        return;
    }
    for (; *n_blank > 0; --*n_blank)
        fputc('\n', out);
    fprintf(out, "%s\n", line);
}

char *terminal_text(struct terminal *t)
{
    char *text = NULL;
    size_t len, n_blank = 0;
    VTermScreenCell *cells = calloc((size_t)t->cols, sizeof *cells);
    FILE *out = cells ? open_memstream(&text, &len) : NULL;
    if (!out)
        goto out;
    size_t n_off = LINES_KEPT - (size_t)clamp(t->rows, 0, LINES_KEPT);
    size_t first = t->n_lines > n_off ? t->n_lines - n_off : 0;
    for (size_t i = first; i < t->n_lines; i++)
        print_line(out, t->lines[i % LINES_KEPT] ? t->lines[i % LINES_KEPT] : "", &n_blank);
    for (int row = 0; row < t->rows; row++) {
        char *line = shown_line(t, row, cells);
        print_line(out, line ? line : "", &n_blank);
        free(line);
    }
    if (fclose(out) != 0) {
        free(text);
        text = NULL;
    }
out:
    free(cells);
    return text;
}
