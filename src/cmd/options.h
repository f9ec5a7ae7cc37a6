/*
 * options.h - a subcommand's options and its help, from one table.
 *
 *     static const struct usage usage = { .name = "labs", ... };
 *     int code;
 *     while ((code = options_next(&usage, argc, argv)) >= 0)
 *         switch (code) { case 'j': ... }
 *     if (code != OPTIONS_END)
 *         return options_status(code);
 *     // argv[optind] is the first operand
 */
#ifndef PROCLAB_CMD_OPTIONS_H
#define PROCLAB_CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct option_row {
    const char *name;     /* "rate": --rate */
    int code;             /* what options_next() returns; a letter is a short option as well */
    const char *argument; /* "HZ"; "[=FILE]": may be left out; NULL: it takes none */
    const char *help;     /* one line; may hold line breaks */
};

struct usage {
    const char *name;
    const char *synopsis;             /* one line a form, without "proclab NAME" */
    const char *about;                /* one or two sentences */
    const struct option_row *options; /* ends with a row whose name is NULL; --help is added */
    const char *examples;             /* lines */
    const char *exit_status;          /* lines */
    bool stops_at_operand; /* the options of a command to run are not ours: watch -- CMD */
};

enum { OPTIONS_END = -1, OPTIONS_HELP = -2, OPTIONS_WRONG = -3 };

/*
 * The next option's code (optarg is its argument), or one of the above; what was wrong has been
 * said.
 */
int options_next(const struct usage *usage, int argc, char **argv);
/* The exit status for OPTIONS_HELP and OPTIONS_WRONG. */
int options_status(int code);
/* What --help prints, on standard output. */
void options_print_help(const struct usage *usage);
/* One line "a whole number from min to max", exit status 2 and false, when text is not one. */
bool options_parse_number(const struct usage *usage, const char *option, const char *text, long min,
                          long max, long *out);
/*
 * Likewise for an amount of memory: "64M" is 64 MiB; K, M or G, or bytes without a letter. From 1M to 64G.
 */
bool options_parse_bytes(const struct usage *usage, const char *option, const char *text,
                         size_t *out);

/*
 * The only operand as a PID. EXIT_OK, or one line and EXIT_USAGE; hint says what to do ("as in:
 * ...").
 */
int options_parse_pid(int argc, char **argv, const char *hint, pid_t *pid);

#endif
