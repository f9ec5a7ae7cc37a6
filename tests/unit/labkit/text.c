/*
 * text.c - wrapping and figures as words.
 */
#include "labkit/text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static char *wrapped(int columns, const char *first, const char *rest, const char *text)
{
    char *out = NULL;
    size_t len = 0;
    FILE *file = open_memstream(&out, &len);

    text_wrap(file, columns, first, rest, text);
    fclose(file);
    return out;
}

Test(text, wraps_at_spaces)
{
    static const struct {
        int columns;
        const char *first, *rest, *text, *want;
    } rows[] = {
        {20, "", "", "one two three four five", "one two three four\nfive\n"},
        {18, "", "", "one two three four", "one two three four\n"},
        {17, "", "", "one two three four", "one two three\nfour\n"},
        {20, "* ", NULL, "one two three four five", "* one two three four\n  five\n"},
        {20, "name: ", "    ", "a b c d e f g h i j", "name: a b c d e f g\n    h i j\n"},
        {20, "", "", "", "\n"},
        {20, "", "", "a\nb", "a\nb\n"},
        {20, "", "", "averylongwordthatfitsnowhere x", "averylongwordthatfitsnowhere\nx\n"},
        {20, "x ", NULL, "y averylongwordthatfitsnowhere", "x y\n  averylongwordthatfitsnowhere\n"},
        /* seven characters of two bytes each: 15 columns, not 29 */
        {15, "", "",
         "\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc \u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc",
         "\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc \u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\u00fc\n"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *out = wrapped(rows[i].columns, rows[i].first, rows[i].rest, rows[i].text);
        cr_expect_str_eq(out, rows[i].want, "row %zu: '%s'", i, out);
        free(out);
    }
}

Test(text, never_wider_than_asked)
{
    const char *text = "the quick brown fox jumps over the lazy dog and then some more of it";

    for (int columns = 20; columns < 80; columns++) {
        char *out = wrapped(columns, "> ", NULL, text), *save = NULL;
        for (char *line = strtok_r(out, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
            cr_expect(strlen(line) <= (size_t)columns, "%d: '%s'", columns, line);
        free(out);
    }
}

Test(text, groups_digits)
{
    static const struct {
        long long value;
        const char *want;
    } rows[] = {{0, "0"},          {999, "999"},           {1000, "1,000"},
                {65536, "65,536"}, {1048576, "1,048,576"}, {-1, "-1"},
                {-999, "-999"},    {-1000, "-1,000"},      {-123456, "-123,456"}};
    char buf[40];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect_str_eq(text_group(rows[i].value, buf, sizeof buf), rows[i].want);
}

Test(text, one_of_a_unit)
{
    static const struct {
        long long value;
        const char *unit, *want;
    } rows[] = {{1, "processes", "process"},
                {1, "pages", "page"},
                {1, "switches", "switch"},
                {1, "us", "us"},
                {1, "kB", "kB"},
                {0, "pages", "pages"},
                {2, "bytes", "bytes"},
                {-1, "bytes", "bytes"}};
    char buf[40];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect_str_eq(text_unit(rows[i].value, rows[i].unit, buf, sizeof buf), rows[i].want);
    cr_expect_null(text_unit(1, NULL, buf, sizeof buf));
}

Test(text, real_figures)
{
    static const struct {
        double value;
        const char *want;
    } rows[] = {{0, "0"},        {0.01234, "0.0123"}, {1.234, "1.23"},
                {12.34, "12.3"}, {123.4, "123"},      {1234.6, "1,235"}};
    char buf[40];

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_expect_str_eq(text_real(rows[i].value, buf, sizeof buf), rows[i].want);
}

Test(text, names_errno)
{
    char buf[80];

    cr_expect_str_eq(text_errno(ENOENT, buf, sizeof buf), "[ENOENT No such file or directory]");
    text_errno(99999, buf, sizeof buf); /* no such error: no crash */
}
