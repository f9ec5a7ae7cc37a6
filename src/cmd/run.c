/* proclab run: a lab's demonstration, under the dashboard or on the bare terminal. */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/lab_paths.h"
#include "cmd/options.h"
#include "cmd/session.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_PLAIN = 256,
    OPTION_JSON,
    OPTION_FRAMES,
    OPTION_SIZE,
    OPTION_NO_PEEK,
    OPTION_HISTORY
};

/* As many as a lab has acts. */
enum { ALL_FRAMES = 99 };

static const struct option_row options[] = {
    {"auto", 'a', NULL, "go on from act to act without key presses, and end"},
    {"act", 'n', "N", "only act N"},
    {"plain", OPTION_PLAIN, NULL, "on the bare terminal, without the dashboard"},
    {"json", OPTION_JSON, NULL, "the acts and their facts as JSON, one object a line"},
    {"rate", 'r', "HZ", "looks a second, 1 to 60 (20)"},
    {"threads", 't', NULL, "show threads from the start"},
    {"no-peek", OPTION_NO_PEEK, NULL, "never open a pipe to see how full it is"},
    {"history", OPTION_HISTORY, "SIZE", "memory for going back in time, as 256M or 1G (64M)"},
    {"frames", OPTION_FRAMES, "N",
     "print pictures as text, the most telling one of each act, N at\n"
     "most; no terminal needed (and what is done without one)"},
    {"size", OPTION_SIZE, "COLSxROWS", "of these pictures (80x24)"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "run",
    .synopsis = "[OPTION...] LAB",
    .about = "Run a lab's demonstration and watch it live. It goes on in acts: each says what it "
             "is about\n"
             "to do and asks what you expect; Enter goes on, PgUp goes back. LAB is a number, a "
             "name or\n"
             "a folder.",
    .options = options,
    .examples = "proclab run 3\n"
                "proclab run pipe --act 3             EOF that never comes\n"
                "proclab run 3 --plain\n"
                "proclab run 3 --frames 6 --size 120x36",
    .exit_status =
        "0, or as the demonstration's; 2 wrong usage, or no such lab; 77 this terminal cannot\n"
        "show the dashboard (--plain runs anywhere)",
};

struct run_options {
    struct session_options session;
    bool is_auto, is_plain, is_json;
    long act; /* 0: all */
};

static int parse_option(int code, struct run_options *o)
{
    long number;
    switch (code) {
    case 'a':
        o->is_auto = true;
        return 0;
    case 'n':
        return options_parse_number(&usage, "--act", optarg, 1, 99, &o->act) ? 0 : EXIT_USAGE;
    case OPTION_PLAIN:
        o->is_plain = true;
        return 0;
    case OPTION_JSON:
        o->is_json = true;
        return 0;
    case 'r':
        if (!options_parse_number(&usage, "--rate", optarg, 1, 60, &number))
            return EXIT_USAGE;
        o->session.rate_hz = (double)number;
        return 0;
    case 't':
        o->session.shows_threads = true;
        return 0;
    case OPTION_NO_PEEK:
        o->session.no_peek = true;
        return 0;
    case OPTION_FRAMES:
        return options_parse_number(&usage, "--frames", optarg, 1, 1000, &o->session.n_frames)
                   ? 0
                   : EXIT_USAGE;
    case OPTION_HISTORY:
        return options_parse_bytes(&usage, "--history", optarg, &o->session.history_bytes)
                   ? 0
                   : EXIT_USAGE;
    case OPTION_SIZE:
        return session_parse_size(optarg, &o->session.rows, &o->session.cols);
    default:
        return EXIT_USAGE;
    }
}

static int find_demo(const char *word, struct lab *lab, char path[PATH_MAX])
{
    int status = lab_find_or_complain(word, lab);
    if (status)
        return status;
    if (lab_program(lab, "demo", path) < 0)
        return complain(EXIT_FAILED, ENOENT,
                        lab->is_checkout ? "build it: make" : "install it again",
                        "the demonstration of lab %s is not built", lab->name);
    return 0;
}

/* In our place, on our terminal: nothing of ours is left to get in its way. */
static int run_plain(char *const argv[])
{
    fflush(stdout);
    execv(argv[0], argv);
    return complain(EXIT_FAILED, errno, "build it again: make", "cannot run %s", argv[0]);
}

int cmd_run(int argc, char **argv)
{
    struct run_options o = {
        .session = {.rows = 24, .cols = 80, .is_lab = true, .exact = LAUNCH_EXACT_BEST}};
    int code;
    while ((code = options_next(&usage, argc, argv)) >= 0) {
        int status = parse_option(code, &o);
        if (status)
            return status;
    }
    if (code != OPTIONS_END)
        return options_status(code);
    if (optind == argc)
        return complain(EXIT_USAGE, 0, "proclab labs lists them; for example: proclab run 3",
                        "which lab?");
    if (optind + 1 < argc)
        return complain(EXIT_USAGE, 0, "one lab at a time", "'%s' is one too many",
                        argv[optind + 1]);
    struct lab lab;
    char demo[PATH_MAX];
    int status = find_demo(argv[optind], &lab, demo);
    if (status)
        return status;

    if (!isatty(STDOUT_FILENO) && !o.is_plain && !o.is_json && !o.session.n_frames)
        o.session.n_frames = ALL_FRAMES;
    char arg_auto[] = "--auto", arg_json[] = "--json", arg_act[] = "--act", number[12];
    snprintf(number, sizeof number, "%ld", o.act);
    char *demo_argv[8] = {demo};
    int n = 1;
    if (o.is_auto || o.session.n_frames)
        demo_argv[n++] = arg_auto;
    if (o.act) {
        demo_argv[n++] = arg_act;
        demo_argv[n++] = number;
    }
    if (o.is_json)
        demo_argv[n++] = arg_json;
    if (o.is_plain || o.is_json)
        return run_plain(demo_argv);
    o.session.title = lab.name;
    o.session.argv = demo_argv;
    o.session.quits_with_program = o.is_auto;
    return session_run(&o.session);
}
