/*
 * terminal_filter.h - lets through to the terminal emulator only what is well
 * formed and what it can bear. Private to src/run/terminal.c.
 *
 * libvterm 0.1 was written for programs that mean well. Found by trying, or in its source: more
 * than 16 parameters write beyond its array; REP (CSI b) after a zero-width character never ends;
 * endless combining characters take endless memory and quadratic time; long runs of text and of
 * parameters overflow the stack or an int. None of these gets as far as it.
 */
#ifndef PROCLAB_RUN_TERMINAL_FILTER_H
#define PROCLAB_RUN_TERMINAL_FILTER_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FILTER_PARAMS_MAX = 15,
    FILTER_PARAM_MAX = 9999, /* the value of one */
    FILTER_OUT_BYTES = 2048,
};

enum filter_state {
    FILTER_TEXT,
    FILTER_ESCAPE,         /* after ESC */
    FILTER_CHARSET,        /* after ESC ( or ESC ): which one is in leader */
    FILTER_ESCAPE_DROPPED, /* after ESC and an intermediate we do not pass on */
    FILTER_CSI,
    FILTER_CSI_DROPPED, /* up to its final byte */
    FILTER_STRING,      /* OSC, DCS, APC, PM, SOS: all dropped */
};

struct terminal_filter {
    enum filter_state state;
    int cols;             /* no character is repeated more often than this */
    locale_t utf8;        /* for the width of characters */
    uint32_t rune, least; /* of an incomplete UTF-8 sequence; least: what it may not be below */
    int n_continuation;   /* bytes of it still to come */
    uint32_t last_rune;   /* for REP; 0: none */
    char leader;          /* '?', '>' or 0 */
    char intermediate;    /* ' ', '!' or 0 */
    int params[FILTER_PARAMS_MAX];  /* -1: left out */
    bool is_sub[FILTER_PARAMS_MAX]; /* came after a colon */
    int n_params;
    void (*put)(const char *bytes, size_t len, void *arg); /* whole sequences only, ever */
    void *arg;
    char out[FILTER_OUT_BYTES];
    size_t n_out;
};

/* 0, or -errno. Ended by terminal_filter_fini(). */
int terminal_filter_init(struct terminal_filter *f, int cols,
                         void (*put)(const char *bytes, size_t len, void *arg), void *arg);
void terminal_filter_fini(struct terminal_filter *f);
/* Calls put() with what is left of these bytes; what is incomplete is kept until the rest comes. */
void terminal_filter_write(struct terminal_filter *f, const char *bytes, size_t len);

/* Write a code point as UTF-8 (1 to 4 bytes, no NUL); returns how many. */
size_t terminal_put_utf8(uint32_t rune, char *to);

#endif
