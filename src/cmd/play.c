/* proclab play: a scenario in the dashboard, or checked without one. */
#include "cmd/play.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/lab_paths.h"
#include "cmd/launch.h"
#include "cmd/options.h"
#include "model/narration.h"
#include "scenario/scenario.h"
#include "ui/clock.h"
#include "view/view.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPTION_FORCE = 256, OPTION_RECORD };

static const struct option_row options[] = {
    {"check", 'c', NULL,
     "without a terminal: every step must come true in time; what does not\n"
     "says what was seen instead"},
    {"auto", 'a', NULL,
     "go on by itself when a step has come true, and end; with --check: at\n"
     "this pace, so that it can be read in a recording"},
    {"record", OPTION_RECORD, "RECORDING",
     "record it, as `proclab record` does, with what each step says; NAME.zst\n"
     "is compressed"},
    {"force", OPTION_FORCE, NULL, "overwrite the recording"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "play",
    .synopsis = "[--auto] [--record RECORDING] FILE\n"
                "--check FILE...\n"
                "--check [--auto] --record RECORDING FILE\n",
    .about = "Play a scenario: a program runs, and each step says what is to be seen. Enter or\n"
             "PgDn goes on to the next step, PgUp back to the one before, as it was. Without a\n"
             "FILE: list the scenarios. FILE is a path, or the name of one of these.",
    .options = options,
    .examples = "proclab play\n"
                "proclab play full-pipe\n"
                "proclab play --check scenarios/*.yaml\n"
                "proclab play --check --auto --record full-pipe.zst full-pipe",
    .exit_status =
        "0; 1 a step did not come true, the file is no scenario, or the recording could\n"
        "not be written; 2 wrong usage;\n"
        "77 a program of the scenario is not installed, or this terminal cannot show it",
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

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* The file that word means: a path, or a scenario's name: full-pipe, node/exec. */
static const char *find_file(const char *word, char path[PATH_MAX])
{
    char folder[PATH_MAX];
    if (access(word, F_OK) == 0 || !find_folder(folder))
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

/* One scenario of folder, by its file's name; its own begins with prefix. Prints one line. */
static int list_one(const char *folder, const char *prefix, const char *file)
{
    char path[PATH_MAX + 2 * NAME_MAX], name[2 * NAME_MAX];
    struct scenario *scenario;
    snprintf(path, sizeof path, "%s/%s", folder, file);
    snprintf(name, sizeof name, "%s%.*s", prefix, (int)(strlen(file) - strlen(suffix)), file);
    int bad = load(path, &scenario);
    if (bad)
        return bad;
    printf("%-20s %s\n", name, scenario->title);
    scenario_free(scenario);
    return 0;
}

/* Those of folder; how many is added to *n_listed. */
static int list_folder(const char *folder, const char *prefix, size_t *n_listed)
{
    struct dirent **entries = NULL;
    int n = scandir(folder, &entries, is_scenario, alphasort), status = 0;
    for (int i = 0; i < n; i++) {
        int bad = list_one(folder, prefix, entries[i]->d_name);
        status = bad ? bad : status;
        *n_listed += 1;
        free(entries[i]);
    }
    free(entries);
    return status;
}

/* Those beside the labs, then those of each folder there. */
static int list(void)
{
    char folder[PATH_MAX], below[PATH_MAX + NAME_MAX + 2], prefix[NAME_MAX + 2];
    struct dirent **entries = NULL;
    size_t n_listed = 0;
    bool is_there = find_folder(folder);
    int status = is_there ? list_folder(folder, "", &n_listed) : 0;
    int n = is_there ? scandir(folder, &entries, is_visible, alphasort) : 0;
    for (int i = 0; i < n; i++) {
        snprintf(below, sizeof below, "%s/%s", folder, entries[i]->d_name);
        snprintf(prefix, sizeof prefix, "%s/", entries[i]->d_name);
        int bad = list_folder(below, prefix, &n_listed);
        status = bad ? bad : status;
        free(entries[i]);
    }
    free(entries);
    return n_listed ? status
                    : complain(EXIT_FAILED, 0, "go to a checkout of proclab, or install it",
                               "no scenarios here");
}

/* A path may be a pattern: the folder of some programs tells their version. */
static bool is_installed(const char *program)
{
    char path[PATH_MAX];
    if (strchr(program, '/')) {
        glob_t found = {0};
        bool is_there = glob(program, 0, NULL, &found) == 0;
        globfree(&found);
        return is_there;
    }
    const char *folders = getenv("PATH");
    for (const char *at = folders ? folders : "/bin:/usr/bin"; *at; at += *at == ':') {
        size_t n = strcspn(at, ":");
        int len = snprintf(path, sizeof path, "%.*s/%s", (int)n, at, program);
        if (len > 0 && len < PATH_MAX && access(path, X_OK) == 0)
            return true;
        at += n;
    }
    return false;
}

static int check_needs(const struct scenario *scenario, const char *file)
{
    for (unsigned i = 0; i < scenario->n_needs; i++)
        if (!is_installed(scenario->needs[i]))
            return complain(EXIT_UNABLE, 0, "install it, or look at PATH",
                            "%s needs %s, which is not to be found", file, scenario->needs[i]);
    return 0;
}

static int play_file(const char *word, bool is_check, const struct play_options *given)
{
    struct play_options o = *given;
    char path[PATH_MAX], copy[PATH_MAX];
    const char *file = find_file(word, path);
    struct scenario *scenario;
    int status = load(file, &scenario);
    if (status)
        return status;
    status = check_needs(scenario, file);
    /* Its program starts beside it, so that it can name a file there from wherever we are. */
    snprintf(copy, sizeof copy, "%s", file);
    o.name = file;
    o.folder = dirname(copy);
    if (status) {
        /* it has been said */
    } else if (is_check) {
        status = play_check(scenario, &o);
        if (!status)
            printf("%s: ok, %u steps\n", file, scenario->n_steps);
        fflush(stdout);
    } else {
        status = play_show(scenario, &o);
    }
    scenario_free(scenario);
    return status;
}

void play_narrate(const struct scenario *scenario, unsigned step, const char *how,
                  char title[PLAY_TITLE_BYTES], struct narration *narration)
{
    const char *subject = scenario->show;
    for (unsigned i = 0; i <= step; i++)
        if (scenario->steps[i].show)
            subject = scenario->steps[i].show;
    snprintf(title, PLAY_TITLE_BYTES, "Step %u of %u%s", step + 1, scenario->n_steps, how);
    *narration = (struct narration){
        .title = title,
        .text = scenario->steps[step].say,
        .awaits_enter = how[0] != '\0',
        .n_begun = step + 1,
        .subject = subject ? view_subject_of(subject) : 0,
    };
}

int64_t play_pace_ns(const struct scenario *scenario, unsigned step)
{
    return 1500000000 + 40000000 * (int64_t)strlen(scenario->steps[step].say);
}

int play_unable(int status)
{
    return status == EXIT_NOT_FOUND ? EXIT_UNABLE : status;
}

/* One that goes on writing must not wait for us, or it would not end. */
static void drain(int pty)
{
    char bytes[4096];
    while (read(pty, bytes, sizeof bytes) > 0)
        continue;
}

void play_end(struct launch *launch)
{
    enum { PATIENCE_MS = 2000, PTY = 0, ENDED, N_FDS };
    if (launch->run) {
        struct pollfd fds[N_FDS] = {[PTY] = {.fd = run_pty(launch->run), .events = POLLIN},
                                    [ENDED] = {.fd = run_ended_fd(launch->run), .events = POLLIN}};
        int64_t end_ns = clock_monotonic_ns() + PATIENCE_MS * INT64_C(1000000), left_ns;
        kill(-run_pid(launch->run), SIGHUP); /* it leads a session, and so a group */
        while (!fds[ENDED].revents && (left_ns = end_ns - clock_monotonic_ns()) > 0) {
            poll(fds, N_FDS, (int)(left_ns / 1000000) + 1);
            if (fds[PTY].revents & POLLIN)
                drain(fds[PTY].fd);
            else if (fds[PTY].revents)
                fds[PTY].fd = -1; /* nobody can write there any more */
        }
    }
    launch_end(launch);
}

int cmd_play(int argc, char **argv)
{
    bool is_check = false;
    struct play_options o = {0};
    int code, status = EXIT_OK;
    while ((code = options_next(&usage, argc, argv)) >= 0) {
        is_check = is_check || code == 'c';
        o.is_auto = o.is_auto || code == 'a';
        o.overwrites = o.overwrites || code == OPTION_FORCE;
        if (code == OPTION_RECORD)
            o.record_path = optarg;
    }
    if (code != OPTIONS_END)
        return options_status(code);
    if (optind == argc)
        return is_check || o.is_auto || o.record_path
                   ? complain(EXIT_USAGE, 0, "proclab play lists those that there are",
                              "which scenario?")
                   : list();
    if ((!is_check || o.record_path) && optind + 1 < argc)
        return complain(EXIT_USAGE, 0,
                        is_check ? "one scenario a recording"
                                 : "one scenario at a time, or with --check",
                        "'%s' is one too many", argv[optind + 1]);
    if (o.record_path && strcmp(o.record_path, "-") == 0)
        return complain(EXIT_USAGE, 0, "--record ./- if it is to be called so",
                        "a scenario is recorded into a file");
    /* One that failed outweighs one that could not be tried. */
    for (int i = optind; i < argc; i++) {
        int one = play_file(argv[i], is_check, &o);
        if (one && status != EXIT_FAILED)
            status = one;
    }
    return status;
}
