/* proclab watch: the dashboard on a process, on a new command, or on the whole system. */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "export/export.h"
#include "export/paper.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_FRAMES = 256,
    OPTION_SIZE,
    OPTION_NO_PEEK,
    OPTION_EXACT,
    OPTION_HISTORY,
    OPTION_FORMAT,
    OPTION_THEME,
};

static const struct option_row options[] = {
    {"rate", 'r', "HZ", "looks a second, 1 to 60 (20 for a tree, 2 for the whole system)"},
    {"threads", 't', NULL, "show threads from the start"},
    {"no-peek", OPTION_NO_PEEK, NULL,
     "never open a pipe to see how full it is (a look lasts about 4 us;\n"
     "a write that falls into it just after the last reader died succeeds)"},
    {"exact", OPTION_EXACT, "WAY", LAUNCH_EXACT_HELP},
    {"history", OPTION_HISTORY, "SIZE", "memory for going back in time, as 256M or 1G (64M)"},
    {"frames", OPTION_FRAMES, "N",
     "make N pictures, one a second (html, cast: one a look); no terminal\n"
     "needed"},
    {"size", OPTION_SIZE, "COLSxROWS", "of these pictures (80x24)"},
    {"format", OPTION_FORMAT, "FORMAT",
     "text, svg (the last picture alone), html (a page to step through),\n"
     "cast (for asciinema)"},
    {"theme", OPTION_THEME, "THEME", "colours of svg, html, cast: dark, light, projector, mono"},
    {"output", 'o', "FILE", "where they go (standard output)"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "watch",
    .synopsis = "[OPTION...] [PID]\n[OPTION...] -- COMMAND [ARGUMENT...]",
    .about =
        "Show a process and its descendants, or a new command and all that it starts, or without\n"
        "either the whole system: who made whom, what each waits for, how full each pipe is and\n"
        "who holds its ends. Watching changes nothing. ? shows the keys.",
    .options = options,
    .examples =
        "proclab watch $$\n"
        "proclab watch -- sh -c 'yes | sleep 100'\n"
        "proclab watch -- bash                (i types into it, Ctrl-] gives the keyboard back)\n"
        "proclab watch --frames 3 -- make\n"
        "proclab watch --frames 500 --format html -o make.html -- make",
    .exit_status = "as the command's, 128 + the signal if one ended it; 0 where it still ran;\n"
                   "127 it was not found, 126 it cannot be run; 1 no such process; 2 wrong usage;\n"
                   "77 this terminal cannot show the dashboard",
    .stops_at_operand = true,
};

static int parse_option(int code, struct session_options *session)
{
    long number;
    switch (code) {
    case 'r':
        if (!options_parse_number(&usage, "--rate", optarg, 1, 60, &number))
            return EXIT_USAGE;
        session->rate_hz = (double)number;
        return 0;
    case 't':
        session->shows_threads = true;
        return 0;
    case OPTION_NO_PEEK:
        session->no_peek = true;
        return 0;
    case OPTION_EXACT:
        return launch_parse_exact(optarg, &session->exact);
    case OPTION_FRAMES:
        return options_parse_number(&usage, "--frames", optarg, 1, 1000000, &session->n_frames)
                   ? 0
                   : EXIT_USAGE;
    case OPTION_HISTORY:
        return options_parse_bytes(&usage, "--history", optarg, &session->history_bytes)
                   ? 0
                   : EXIT_USAGE;
    case OPTION_SIZE:
        return session_parse_size(optarg, &session->rows, &session->cols);
    case OPTION_FORMAT:
        return session_parse_format(optarg, &session->format);
    case OPTION_THEME:
        return session_parse_theme(optarg, &session->paper);
    case 'o':
        session->out_path = optarg;
        return 0;
    default:
        return EXIT_USAGE;
    }
}

/* What is to be watched: after "--" a command, else a PID. */
static int parse_operands(int argc, char **argv, struct session_options *session, char *title,
                          size_t len)
{
    bool is_command = optind > 1 && strcmp(argv[optind - 1], "--") == 0;
    if (is_command && optind == argc)
        return complain(EXIT_USAGE, 0, "as in: proclab watch -- sleep 10", "no command after --");
    if (is_command) {
        session->argv = argv + optind;
        session_make_title(title, len, session->argv);
        return 0;
    }
    if (optind == argc) {
        snprintf(title, len, "the whole system");
        return 0;
    }
    int status = options_parse_pid(argc, argv, "a command comes after --: proclab watch -- COMMAND",
                                   &session->root_pid);
    snprintf(title, len, "process %d", (int)session->root_pid);
    return status;
}

int cmd_watch(int argc, char **argv)
{
    struct session_options session = {.rows = 24, .cols = 80, .exact = LAUNCH_EXACT_BEST};
    char title[160];
    int code;
    while ((code = options_next(&usage, argc, argv)) >= 0) {
        int status = parse_option(code, &session);
        if (status)
            return status;
    }
    if (code != OPTIONS_END)
        return options_status(code);
    int status = parse_operands(argc, argv, &session, title, sizeof title);
    if (status)
        return status;
    session.title = title;
    if (!session.n_frames && (session.format || session.paper || session.out_path))
        return complain(EXIT_USAGE, 0, "as in: proclab watch --frames 1 --format svg -o tree.svg",
                        "--format, --theme and --output go with --frames");
    if (!session.n_frames && !isatty(STDOUT_FILENO))
        return complain(EXIT_UNABLE, 0, "--frames 3 prints pictures as text",
                        "standard output is no terminal");
    return session_run(&session);
}
