#include "cmd/options.h"

#include "cmd/command.h"
#include "cmd/complain.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_OPTIONS = 24, CODE_HELP = 'h' };

/* getopt_long()'s tables, made from ours. */
struct getopt_tables {
    struct option longs[MAX_OPTIONS + 2];
    char shorts[2 * (MAX_OPTIONS + 1) + 4];
};

static void add_option(struct getopt_tables *t, size_t i, const char *name, int code,
                       const char *argument)
{
    t->longs[i] = (struct option){.name = name,
                                  .has_arg = !argument            ? no_argument
                                             : argument[0] == '[' ? optional_argument
                                                                  : required_argument,
                                  .val = code};
    if (code > 0 && code < 128 && isalpha(code)) {
        size_t n = strlen(t->shorts);
        t->shorts[n++] = (char)code;
        if (argument)
            t->shorts[n++] = ':';
        t->shorts[n] = '\0';
    }
}

static void make_tables(const struct usage *usage, struct getopt_tables *t)
{
    memset(t, 0, sizeof *t);
    snprintf(t->shorts, sizeof t->shorts, "%s", usage->stops_at_operand ? "+:" : ":");
    size_t n = 0;
    for (const struct option_row *o = usage->options; o && o->name && n < MAX_OPTIONS; o++)
        add_option(t, n++, o->name, o->code, o->argument);
    add_option(t, n, "help", CODE_HELP, NULL);
}

/* Say what is wrong with the option that getopt_long() has just refused. */
static void complain_option(const struct usage *usage, char **argv, int refused,
                            const struct getopt_tables *t)
{
    const char *names[MAX_OPTIONS + 2];
    size_t n = 0;
    for (; t->longs[n].name; n++)
        names[n] = t->longs[n].name;
    char to_do[120];
    snprintf(to_do, sizeof to_do, "proclab %s --help lists them", usage->name);

    const char *word = argv[optind > 0 ? optind - 1 : 0];
    bool is_long = strncmp(word, "--", 2) == 0;
    if (refused == ':') {
        if (is_long)
            complain(EXIT_USAGE, 0, to_do, "option %s needs an argument", word);
        else
            complain(EXIT_USAGE, 0, to_do, "option -%c needs an argument", optopt);
        return;
    }
    if (!is_long || optopt) {
        /* A known long option with '=' where none is due has its code in optopt. */
        if (is_long)
            complain(EXIT_USAGE, 0, to_do, "option %s takes no argument", word);
        else
            complain(EXIT_USAGE, 0, to_do, "proclab %s has no option -%c", usage->name, optopt);
        return;
    }
    char bare[32];
    snprintf(bare, sizeof bare, "%.*s", (int)strcspn(word + 2, "="), word + 2);
    const char *near = complain_nearest(bare, names, n);
    if (near)
        snprintf(to_do, sizeof to_do, "did you mean --%s?", near);
    complain(EXIT_USAGE, 0, to_do, "proclab %s has no option --%s, or it is ambiguous", usage->name,
             bare);
}

int options_next(const struct usage *usage, int argc, char **argv)
{
    struct getopt_tables tables;
    make_tables(usage, &tables);
    opterr = 0;
    optopt = 0;
    int code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL);
    if (code == -1)
        return OPTIONS_END;
    if (code == '?' || code == ':') {
        complain_option(usage, argv, code, &tables);
        return OPTIONS_WRONG;
    }
    if (code == CODE_HELP) {
        options_print_help(usage);
        return OPTIONS_HELP;
    }
    return code;
}

int options_status(int code)
{
    return code == OPTIONS_HELP ? EXIT_OK : EXIT_USAGE;
}

/* Print lines with an indent before each. */
static void print_indented(const char *lines, int indent, bool first_too)
{
    bool is_first = true;
    while (*lines) {
        size_t len = strcspn(lines, "\n");
        printf("%*s%.*s\n", is_first && !first_too ? 0 : indent, "", (int)len, lines);
        lines += len + (lines[len] == '\n');
        is_first = false;
    }
}

static void print_option(const struct option_row *o)
{
    enum { COLUMN = 22 };
    char left[64];
    bool has_letter = o->code > 0 && o->code < 128 && isalpha(o->code);
    int n = has_letter ? snprintf(left, sizeof left, "  -%c, --%s", o->code, o->name)
                       : snprintf(left, sizeof left, "      --%s", o->name);
    if (o->argument && n < (int)sizeof left)
        snprintf(left + n, sizeof left - (size_t)n, o->argument[0] == '[' ? "%s" : " %s",
                 o->argument);
    if (strlen(left) > COLUMN)
        printf("%s\n%*s  ", left, COLUMN, "");
    else
        printf("%-*s  ", COLUMN, left);
    print_indented(o->help, COLUMN + 2, false);
}

void options_print_help(const struct usage *usage)
{
    const char *form = usage->synopsis;
    for (bool is_first = true; *form; is_first = false) {
        size_t len = strcspn(form, "\n");
        printf("%s proclab %s%s%.*s\n", is_first ? "usage:" : "      ", usage->name, len ? " " : "",
               (int)len, form);
        form += len + (form[len] == '\n');
    }
    if (!*usage->synopsis)
        printf("usage: proclab %s\n", usage->name);
    printf("\n%s\n\noptions:\n", usage->about);
    for (const struct option_row *o = usage->options; o && o->name; o++)
        print_option(o);
    print_option(&(struct option_row){"help", CODE_HELP, NULL, "this text"});
    if (usage->examples) {
        puts("\nexamples:");
        print_indented(usage->examples, 2, true);
    }
    if (usage->exit_status) {
        puts("\nexit status:");
        print_indented(usage->exit_status, 2, true);
    }
}

bool options_parse_number(const struct usage *usage, const char *option, const char *text, long min,
                          long max, long *out)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, 10);
    if (errno || end == text || *end || value < min || value > max) {
        complain(EXIT_USAGE, 0, NULL, "%s: %s wants a whole number from %ld to %ld, not '%s'",
                 usage->name, option, min, max, text);
        return false;
    }
    *out = value;
    return true;
}

int options_parse_pid(int argc, char **argv, const char *hint, pid_t *pid)
{
    const char *word = argv[optind];
    char *end;
    long number = strtol(word, &end, 10);
    if (*end || number <= 0 || number > INT_MAX || !isdigit((unsigned char)word[0]))
        return complain(EXIT_USAGE, 0, hint, "'%s' is not a PID", word);
    if (optind + 1 < argc)
        return complain(EXIT_USAGE, 0, "one PID at a time", "'%s' is one too many",
                        argv[optind + 1]);
    *pid = (pid_t)number;
    return EXIT_OK;
}

bool options_parse_bytes(const struct usage *usage, const char *option, const char *text,
                         size_t *out)
{
    static const char letters[] = "KMG";
    enum { LEAST_SHIFT = 20, MOST_SHIFT = 36 };
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    const char *letter = *end ? strchr(letters, toupper((unsigned char)*end)) : NULL;
    int shift = letter ? 10 * (int)(letter - letters + 1) : 0;
    bool is_size = isdigit((unsigned char)text[0]) && !errno && !end[letter != NULL] &&
                   value <= UINT64_C(1) << (MOST_SHIFT - shift);
    if (!is_size || value << shift < UINT64_C(1) << LEAST_SHIFT || value << shift > SIZE_MAX / 2) {
        complain(EXIT_USAGE, 0, NULL, "%s: %s wants a size from 1M to 64G, such as 256M, not '%s'",
                 usage->name, option, text);
        return false;
    }
    *out = (size_t)(value << shift);
    return true;
}
