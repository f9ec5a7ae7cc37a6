#include "cmd/complain.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int complain(int status, int error, const char *to_do, const char *format, ...)
{
    char *line = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&line, &len);
    if (!out)
        return status;
    fputs("proclab: ", out);
    va_list args;
    va_start(args, format);
    vfprintf(out, format, args);
    va_end(args);
    if (error) {
        const char *name = strerrorname_np(abs(error));
        const char *text = strerrordesc_np(abs(error));
        fprintf(out, ": [%s %s]", name ? name : "errno", text ? text : "unknown error");
    }
    if (to_do)
        fprintf(out, "; %s", to_do);
    fclose(out);
    if (!line)
        return status;
    for (size_t i = 0; i < len; i++)
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    fflush(stdout);
    fprintf(stderr, "%s\n", line);
    free(line);
    return status;
}

/* Levenshtein's distance: insertions, deletions and replacements from a to b; words to 31 bytes. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 31 };
    size_t n_a = strnlen(a, LONGEST + 1), n_b = strnlen(b, LONGEST + 1);
    if (n_a > LONGEST || n_b > LONGEST)
        return SIZE_MAX;
    size_t row[LONGEST + 1];
    for (size_t j = 0; j <= n_b; j++)
        row[j] = j;
    for (size_t i = 1; i <= n_a; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n_b; j++) {
            size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
            size_t shorter = (row[j] < row[j - 1] ? row[j] : row[j - 1]) + 1;
            diagonal = row[j];
            row[j] = replaced < shorter ? replaced : shorter;
        }
    }
    return row[n_b];
}

const char *complain_nearest(const char *word, const char *const names[], size_t n)
{
    const char *best = NULL;
    size_t best_distance = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t d = distance(word, names[i]);
        /* Three letters changed in a word of four are another word. */
        if (d < best_distance && d <= strlen(names[i]) / 3 + 1) {
            best = names[i];
            best_distance = d;
        }
    }
    return best;
}
