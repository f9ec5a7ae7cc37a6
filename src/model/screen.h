/*
 * screen.h - what a program has written on its terminal: plain cells, no
 * escape sequences. Filled by src/run/terminal.h; drawn by the output panel.
 */
#ifndef PROCLAB_MODEL_SCREEN_H
#define PROCLAB_MODEL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

struct screen_cell {
    uint32_t rune; /* one Unicode code point; 0: blank, or the right half of a wide one */
    uint8_t width; /* 1 or 2 columns */
    bool is_bold, is_reverse, is_underlined;
    int8_t color; /* ANSI 0..15; -1: default */
};

struct screen {
    int rows, cols;
    const struct screen_cell *cells; /* rows * cols, by row; owned by the terminal */
    int cursor_row, cursor_col;      /* -1: hidden */
};

#endif
