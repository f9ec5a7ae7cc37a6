#include "labkit/text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

enum { COLUMNS_DEFAULT = 80, COLUMNS_LEAST = 20 };

int text_columns(int fd)
{
    struct winsize size;

    if (ioctl(fd, TIOCGWINSZ, &size) == -1 || size.ws_col == 0)
        return COLUMNS_DEFAULT;
    return size.ws_col < COLUMNS_LEAST ? COLUMNS_LEAST : size.ws_col;
}

/* Columns of len bytes of UTF-8 in which every character takes one. */
static int width_of(const char *text, size_t len)
{
    int width = 0;

    for (size_t i = 0; i < len; i++)
        width += ((unsigned char)text[i] & 0xc0) != 0x80;
    return width;
}

static void begin_line(FILE *out, const char *first, const char *rest, int indent)
{
    if (first != NULL)
        fputs(first, out);
    else if (rest != NULL)
        fputs(rest, out);
    else
        fprintf(out, "%*s", indent, "");
}

void text_wrap(FILE *out, int columns, const char *first, const char *rest, const char *text)
{
    int indent = width_of(first, strlen(first));
    int at = indent; /* where the next byte goes, from 0 */
    bool is_empty = true;

    begin_line(out, first, rest, indent);
    if (rest != NULL)
        indent = width_of(rest, strlen(rest));
    while (*text != '\0') {
        size_t len = strcspn(text, " \n");
        int width = width_of(text, len);

        if (!is_empty && len > 0 && at + 1 + width > columns) {
            fputc('\n', out);
            begin_line(out, NULL, rest, indent);
            at = indent;
            is_empty = true;
        }
        if (len > 0) {
            fprintf(out, "%s%.*s", is_empty ? "" : " ", (int)len, text);
            at += width + !is_empty;
            is_empty = false;
        }
        text += len;
        if (*text == '\n') {
            fputc('\n', out);
            begin_line(out, NULL, rest, indent);
            at = indent;
            is_empty = true;
        }
        text += *text != '\0';
    }
    fputc('\n', out);
}

char *text_group(long long value, char *buf, size_t len)
{
    char digits[32];
    int n = snprintf(digits, sizeof digits, "%lld", value);
    size_t at = 0;

    for (int i = 0; i < n && at + 2 < len; i++) {
        if (i > 0 && digits[i - 1] != '-' && (n - i) % 3 == 0)
            buf[at++] = ',';
        buf[at++] = digits[i];
    }
    buf[at] = '\0';
    return buf;
}

const char *text_unit(long long value, const char *unit, char *buf, size_t len)
{
    size_t n = unit == NULL ? 0 : strlen(unit);

    if (value != 1 || n <= 2 || unit[n - 1] != 's')
        return unit;
    bool has_es = n > 4 && (strcmp(unit + n - 4, "sses") == 0 || strcmp(unit + n - 4, "ches") == 0);
    snprintf(buf, len, "%.*s", (int)(n - (has_es ? 2 : 1)), unit);
    return buf;
}

char *text_real(double value, char *buf, size_t len)
{
    double size = value < 0 ? -value : value;

    if (size >= 100) /* no llround(3): each library that a demo maps makes its forks dearer */
        return text_group((long long)(value < 0 ? value - 0.5 : value + 0.5), buf, len);
    snprintf(buf, len, size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3g", value);
    return buf;
}

char *text_errno(int error, char *buf, size_t len)
{
    const char *name = strerrorname_np(error);

    snprintf(buf, len, "[%s %s]", name == NULL ? "?" : name, strerrordesc_np(error));
    return buf;
}
