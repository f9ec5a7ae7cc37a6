#include "run/terminal_filter.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum {
    ESC = 0x1b,
    CAN = 0x18,
    SUB = 0x1a,
    BEL = 0x07,
    DEL = 0x7f,
    REPLACEMENT = 0xfffd,
    SEQUENCE_BYTES_MAX =
        128, /* the longest CSI that comes out of here: 15 parameters of 4 digits */
};

int terminal_filter_init(struct terminal_filter *f, int cols,
                         void (*put)(const char *, size_t, void *), void *arg)
{
    *f = (struct terminal_filter){.cols = cols, .put = put, .arg = arg};
    f->utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return f->utf8 == (locale_t)0 ? -errno : 0;
}

void terminal_filter_fini(struct terminal_filter *f)
{
    if (f->utf8 != (locale_t)0)
        freelocale(f->utf8);
    f->utf8 = (locale_t)0;
}

size_t terminal_put_utf8(uint32_t rune, char *to)
{
    if (rune < 0x80) {
        to[0] = (char)rune;
        return 1;
    }
    size_t n = rune < 0x800 ? 2 : rune < 0x10000 ? 3 : 4;
    static const unsigned char first[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = n - 1; i > 0; i--) {
        to[i] = (char)(0x80 | (rune & 0x3f));
        rune >>= 6;
    }
    to[0] = (char)(first[n] | rune);
    return n;
}

static void flush(struct terminal_filter *f)
{
    if (f->n_out > 0)
        f->put(f->out, f->n_out, f->arg);
    f->n_out = 0;
}

static void put(struct terminal_filter *f, const char *bytes, size_t len)
{
    if (f->n_out + len > sizeof f->out)
        flush(f);
    memcpy(f->out + f->n_out, bytes, len);
    f->n_out += len;
}

/*
 * Those that libvterm takes for combining and the C library does not: the widths of Unicode have
 * changed since.
 */
static bool is_old_combining(uint32_t rune)
{
    return (rune >= 0x600 && rune <= 0x603) || rune == 0x6dd || rune == 0x6de || rune == 0x70f ||
           rune == 0x1734 || rune == 0x302e || rune == 0x302f;
}

/* One character: a cell shows one code point, so marks that would be put upon it are left out. */
static void put_rune(struct terminal_filter *f, uint32_t rune)
{
    if (rune >= 0x80) {
        locale_t before = uselocale(f->utf8);
        int width = wcwidth((wchar_t)rune);
        uselocale(before);
        if (width == 0 || is_old_combining(rune))
            return;
        if (width < 0)
            rune = REPLACEMENT;
    }
    char bytes[4];
    put(f, bytes, terminal_put_utf8(rune, bytes));
    f->last_rune = rune;
}

/* One byte of a UTF-8 sequence. Returns false if it is none, and is to be looked at afresh. */
static bool take_utf8(struct terminal_filter *f, unsigned char c)
{
    if (f->n_continuation > 0) {
        if ((c & 0xc0) != 0x80) {
            f->n_continuation = 0;
            put_rune(f, REPLACEMENT);
            return false;
        }
        f->rune = f->rune << 6 | (c & 0x3f);
        if (--f->n_continuation == 0) {
            bool good = f->rune >= f->least && f->rune <= 0x10ffff &&
                        (f->rune < 0xd800 || f->rune > 0xdfff);
            put_rune(f, good ? f->rune : REPLACEMENT);
        }
        return true;
    }
    if (c < 0x80)
        return false;
    if (c >= 0xc2 && c <= 0xdf) {
        f->rune = c & 0x1f;
        f->n_continuation = 1;
        f->least = 0x80;
    } else if (c >= 0xe0 && c <= 0xef) {
        f->rune = c & 0x0f;
        f->n_continuation = 2;
        f->least = 0x800;
    } else if (c >= 0xf0 && c <= 0xf4) {
        f->rune = c & 0x07;
        f->n_continuation = 3;
        f->least = 0x10000;
    } else {
        put_rune(f, REPLACEMENT);
    }
    return true;
}

static void begin_csi(struct terminal_filter *f)
{
    f->state = FILTER_CSI;
    f->leader = f->intermediate = '\0';
    f->n_params = 1;
    f->params[0] = -1;
    f->is_sub[0] = false;
}

static void repeat_last(struct terminal_filter *f)
{
    int n = f->params[0] > 0 ? f->params[0] : 1;
    for (int i = 0; f->last_rune && i < n && i < f->cols; i++)
        put_rune(f, f->last_rune);
}

static bool is_passed(const struct terminal_filter *f, char final)
{
    const char *finals = "";
    if (f->leader == '\0' && f->intermediate == '\0')
        finals = "@ABCDEFGHIJKLMPSTXZ`acdefghlmnrsu";
    else if (f->leader == '?' && f->intermediate == '\0')
        finals = "JKhln";
    else if (f->leader == '>' && f->intermediate == '\0')
        finals = "c";
    else if (f->leader == '\0' && f->intermediate == ' ')
        finals = "q";
    else if (f->leader == '\0' && f->intermediate == '!')
        finals = "p";
    if (!strchr(finals, final))
        return false;
    /* Left and right margins: hardly anybody's, and not safe across a resize. */
    return !(f->leader == '?' && (final == 'h' || final == 'l') && f->params[0] == 69);
}

static void end_csi(struct terminal_filter *f, char final)
{
    f->state = FILTER_TEXT;
    if (final == 'b' && !f->leader && !f->intermediate) {
        repeat_last(f);
        return;
    }
    if (!is_passed(f, final))
        return;
    char text[SEQUENCE_BYTES_MAX];
    size_t n = 0;
    text[n++] = ESC;
    text[n++] = '[';
    if (f->leader)
        text[n++] = f->leader;
    for (int i = 0; i < f->n_params; i++) {
        if (i > 0)
            text[n++] = f->is_sub[i] ? ':' : ';';
        if (f->params[i] >= 0)
            n += (size_t)snprintf(text + n, sizeof text - n, "%d", f->params[i]);
    }
    if (f->intermediate)
        text[n++] = f->intermediate;
    text[n++] = final;
    put(f, text, n);
}

static void take_csi(struct terminal_filter *f, char c)
{
    int *param = &f->params[f->n_params - 1];
    if (c >= '0' && c <= '9') {
        *param = (*param < 0 ? 0 : *param * 10) + (c - '0');
        if (*param > FILTER_PARAM_MAX)
            *param = FILTER_PARAM_MAX;
    } else if ((c == ';' || c == ':') && f->n_params < FILTER_PARAMS_MAX) {
        f->params[f->n_params] = -1;
        f->is_sub[f->n_params++] = c == ':';
    } else if ((c == '?' || c == '>') && !f->leader && f->n_params == 1 && *param < 0) {
        f->leader = c;
    } else if ((c == ' ' || c == '!') && !f->intermediate) {
        f->intermediate = c;
    } else if (c >= 0x40 && c <= 0x7e) {
        end_csi(f, c);
    } else {
        f->state = FILTER_CSI_DROPPED;
    }
}

static void take_escape(struct terminal_filter *f, char c)
{
    f->state = FILTER_TEXT;
    if (c == '[') {
        begin_csi(f);
    } else if (strchr("]PX^_", c)) {
        f->state = FILTER_STRING;
    } else if (c == '(' || c == ')') {
        f->state = FILTER_CHARSET;
        f->leader = c;
    } else if (c >= 0x20 && c <= 0x2f) {
        f->state = FILTER_ESCAPE_DROPPED;
    } else if (strchr("78=>DEHMc", c)) {
        char text[2] = {ESC, c};
        put(f, text, sizeof text);
    }
}

static void take_charset(struct terminal_filter *f, char c)
{
    f->state = FILTER_TEXT;
    if (!strchr("0AB", c))
        return;
    char text[3] = {ESC, f->leader, c};
    put(f, text, sizeof text);
}

/* What is done at once, in the middle of a sequence, too. Returns false if c is none of these. */
static bool take_control(struct terminal_filter *f, char c)
{
    if (c == ESC) { /* also the first half of what ends a string: the other one is then dropped */
        f->state = FILTER_ESCAPE;
    } else if (c == CAN || c == SUB || (c == BEL && f->state == FILTER_STRING)) {
        f->state = FILTER_TEXT;
    } else if ((unsigned char)c >= 0x20 && c != DEL) {
        return false;
    } else if (f->state != FILTER_STRING && c >= 0x08 && c <= 0x0f) {
        /* BS, HT, LF, VT, FF, CR, SO, SI: the others would do nothing */
        put(f, &c, 1);
    }
    return true;
}

static void take(struct terminal_filter *f, char c)
{
    if (f->state == FILTER_TEXT && take_utf8(f, (unsigned char)c))
        return;
    if (take_control(f, c))
        return;
    switch (f->state) {
    case FILTER_TEXT:
        put_rune(f, (unsigned char)c);
        break;
    case FILTER_ESCAPE:
        take_escape(f, c);
        break;
    case FILTER_CHARSET:
        take_charset(f, c);
        break;
    case FILTER_ESCAPE_DROPPED:
        if ((unsigned char)c >= 0x30)
            f->state = FILTER_TEXT;
        break;
    case FILTER_CSI:
        take_csi(f, c);
        break;
    case FILTER_CSI_DROPPED:
        if ((unsigned char)c >= 0x40)
            f->state = FILTER_TEXT;
        break;
    case FILTER_STRING:
        break;
    }
}

void terminal_filter_write(struct terminal_filter *f, const char *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++)
        take(f, bytes[i]);
    flush(f);
}
