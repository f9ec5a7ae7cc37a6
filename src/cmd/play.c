/* proclab play: a scenario in the dashboard, or checked without one. */
#include "cmd/play.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/lab_paths.h"
#include "cmd/options.h"
#include "scenario/scenario.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_row options[] = {
    {"check", 'c', NULL,
     "without a terminal: every step must come true in time; what does not\n"
     "says what was seen instead"},
    {"auto", 'a', NULL, "go on by itself when a step has come true, and end"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "play",
    .synopsis = "[--auto] FILE\n--check FILE...\n",
    .about = "Play a scenario: a program runs, and each step says what is to be seen. Enter or\n"
             "PgDn goes on to the next step, PgUp back to the one before, as it was. Without a\n"
             "FILE: list the scenarios. FILE is a path, or the name of one of these.",
    .options = options,
    .examples = "proclab play\n"
                "proclab play full-pipe\n"
                "proclab play --check scenarios/*.yaml",
    .exit_status = "0; 1 a step did not come true, or the file is no scenario; 2 wrong usage;\n"
                   "77 the scenario's program is not installed, or this terminal cannot show it",
};

static const char suffix[] = ".yaml";

/* Where the scenarios are: beside the labs. False: nowhere. */
static bool find_folder(char folder[PATH_MAX])
{
    struct lab *labs;
    size_t n;
    if (lab_list(&labs, &n) < 0)
        return false;
    int len = snprintf(folder, PATH_MAX, "%s/scenarios", labs[0].root);
    free(labs);
    return len > 0 && len < PATH_MAX && access(folder, R_OK) == 0;
}

static int is_scenario(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return n > strlen(suffix) && strcmp(entry->d_name + n - strlen(suffix), suffix) == 0;
}

/* The file that word means: a path, or a scenario's name. */
static const char *find_file(const char *word, char path[PATH_MAX])
{
    char folder[PATH_MAX];
    if (strchr(word, '/') || access(word, F_OK) == 0 || !find_folder(folder))
        return word;
    int n = snprintf(path, PATH_MAX, "%s/%s%s", folder, word, suffix);
    return n > 0 && n < PATH_MAX && access(path, F_OK) == 0 ? path : word;
}

/* 0, or an exit status: what was wrong has been said. */
static int load(const char *path, struct scenario **scenario)
{
    char line[SCENARIO_ERROR_BYTES];
    int error = scenario_load(path, scenario, line);
    if (error && line[0])
        return complain(EXIT_FAILED, 0, NULL, "%s", line);
    return error ? complain(EXIT_FAILED, error, "proclab play lists those that there are",
                            "cannot read the scenario %s", path)
                 : 0;
}

static int list(void)
{
    char folder[PATH_MAX], path[PATH_MAX + NAME_MAX + 2];
    struct dirent **entries = NULL;
    int n = find_folder(folder) ? scandir(folder, &entries, is_scenario, alphasort) : 0, status = 0;
    if (n <= 0)
        return complain(EXIT_FAILED, 0, "go to a checkout of proclab, or install it",
                        "no scenarios here");
    for (int i = 0; i < n; i++) {
        struct scenario *scenario;
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        int bad = load(path, &scenario);
        status = bad ? bad : status;
        if (!bad) {
            entries[i]->d_name[strlen(entries[i]->d_name) - strlen(suffix)] = '\0';
            printf("%-20s %s\n", entries[i]->d_name, scenario->title);
            scenario_free(scenario);
        }
        free(entries[i]);
    }
    free(entries);
    return status;
}

static int play_file(const char *word, bool is_check, bool is_auto)
{
    char path[PATH_MAX];
    const char *file = find_file(word, path);
    struct scenario *scenario;
    int status = load(file, &scenario);
    if (status)
        return status;
    if (is_check) {
        status = play_check(scenario, file);
        if (!status)
            printf("%s: ok, %u steps\n", file, scenario->n_steps);
        fflush(stdout);
    } else {
        status = play_show(scenario, is_auto);
    }
    scenario_free(scenario);
    return status;
}

int cmd_play(int argc, char **argv)
{
    bool is_check = false, is_auto = false;
    int code, status = EXIT_OK;
    while ((code = options_next(&usage, argc, argv)) >= 0) {
        is_check = is_check || code == 'c';
        is_auto = is_auto || code == 'a';
    }
    if (code != OPTIONS_END)
        return options_status(code);
    if (optind == argc)
        return is_check || is_auto
                   ? complain(EXIT_USAGE, 0, "proclab play lists those that there are",
                              "which scenario?")
                   : list();
    if (!is_check && optind + 1 < argc)
        return complain(EXIT_USAGE, 0, "one scenario at a time, or with --check",
                        "'%s' is one too many", argv[optind + 1]);
    /* One that failed outweighs one that could not be tried. */
    for (int i = optind; i < argc; i++) {
        int one = play_file(argv[i], is_check, is_auto);
        if (one && status != EXIT_FAILED)
            status = one;
    }
    return status;
}
