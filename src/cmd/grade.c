/* proclab grade: run a lab's claims against a student's file, and say what was wrong and why. */
#include "cmd/grade.h"

#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/grade_loop.h"
#include "cmd/options.h"
#include "cmd/session.h"
#include "run/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    OPTION_FILE = 'f',
    OPTION_JSON = 256,
    OPTION_JUNIT,
    OPTION_ONLY,
    OPTION_WATCH,
    OPTION_LOOP,
    OPTION_SANDBOX,
    OPTION_LIST,
};

static const struct option_row options[] = {
    {"file", OPTION_FILE, "FILE", "grade this file, not the lab's exercise.c"},
    {"only", OPTION_ONLY, "CLAIM", "one claim, a function, or a pattern: 'read_full.*'"},
    {"list", OPTION_LIST, NULL, "name the claims and their points; grade nothing"},
    {"watch", OPTION_WATCH, "CLAIM", "run the test of one claim in the dashboard; Enter begins it"},
    {"loop", OPTION_LOOP, NULL, "grade again whenever the file is saved, until Ctrl-C"},
    {"json", OPTION_JSON, "[=FILE]", "Gradescope's JSON, to FILE, or in place of the text"},
    {"junit", OPTION_JUNIT, "[=FILE]", "JUnit's XML, likewise"},
    {"sandbox", OPTION_SANDBOX, "MODE",
     "auto, bwrap, seccomp or plain (auto: the strongest that this\nmachine allows); also "
     "PROCLAB_SANDBOX"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "grade",
    .synopsis = "LAB [OPTION...]",
    .about = "Grade an exercise: compile the file, call its functions in small probes, and look "
             "from outside\n"
             "at what they do in the kernel. Says for each claim what was expected, what was "
             "observed, and\n"
             "where to look. The file's code runs supervised, in a sandbox; nothing of it is left.",
    .options = options,
    .examples = "proclab grade 3\n"
                "proclab grade 3 --only run_pipeline.eof\n"
                "proclab grade 3 --watch run_pipeline.eof\n"
                "proclab grade 3 --file ~/submissions/a.c --json=a.json",
    .exit_status = "0 at full points, 1 below, 2 wrong usage, 77 this machine cannot grade",
};

struct request {
    struct lab lab;
    const char *program; /* as it was called: for the command that grades again */
    const char *lab_word;
    char file[PATH_MAX];
    bool has_file, is_list, is_loop;
    const char *only, *watch;
    bool wants_json, wants_junit;
    const char *json_file, *junit_file; /* NULL: standard output, in place of the text */
};

static volatile sig_atomic_t signal_seen;

static void see_signal(int number)
{
    signal_seen = number;
}

int grade_signal(void)
{
    return signal_seen;
}

/*
 * INT, TERM, HUP only ask: what was started is ended, and what was built removed, before we go. One
 * that is ignored (nohup) stays so.
 */
static void catch_signals(void)
{
    const struct sigaction action = {.sa_handler = see_signal};
    const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction before;
        if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
    }
}

static int end_by_signal(void)
{
    signal(signal_seen, SIG_DFL);
    raise(signal_seen);
    return 128 + signal_seen;
}

/* ---- output ------------------------------------------------------------------------ */

/* Overwritten by what comes next: only where somebody looks. */
static void show_progress(const struct grading *g, size_t n_done, size_t n)
{
    (void)g;
    fprintf(stderr, "\r%zu of %zu claims", n_done, n);
    if (n_done == n)
        fputs("\r                       \r", stderr);
    fflush(stderr);
}

static int write_file(const char *path, const struct grading *g,
                      int (*print)(FILE *out, const struct grading *g))
{
    FILE *out = fopen(path, "we");
    int error = out ? print(out, g) : -errno;
    if (out && (ferror(out) | fclose(out)) && !error)
        error = -errno;
    return error ? complain(EXIT_FAILED, error, NULL, "cannot write %s", path) : 0;
}

/* A word as a shell wants it, to be copied into one. */
static void print_shell_word(FILE *out, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "%+,-./:=@_";
    if (word[0] && word[strspn(word, plain)] == '\0') {
        fputs(word, out);
        return;
    }
    fputc('\'', out);
    for (; *word; word++)
        if (*word == '\'')
            fputs("'\\''", out);
        else
            fputc(*word, out);
    fputc('\'', out);
}

/* The command that grades this again, without what it selects. malloc'ed; NULL when out of memory. */
static char *make_again(const struct request *request)
{
    char *again = NULL;
    size_t len;
    FILE *out = open_memstream(&again, &len);
    if (!out)
        return NULL;
    print_shell_word(out, request->program);
    fputs(" grade ", out);
    print_shell_word(out, request->lab_word);
    if (request->has_file) {
        fputs(" --file ", out);
        print_shell_word(out, request->file);
    }
    fclose(out);
    return again;
}

static int write_reports(const struct request *request, const struct grading *g)
{
    char *again = make_again(request);
    bool is_quiet = (request->wants_json && !request->json_file) ||
                    (request->wants_junit && !request->junit_file);
    int status = 0;
    if (!is_quiet)
        grade_print_text(stdout, g, again ? again : "proclab grade");
    free(again);
    if (request->wants_json)
        status = request->json_file ? write_file(request->json_file, g, grade_print_json)
                                    : grade_print_json(stdout, g);
    if (request->wants_junit && !status)
        status = request->junit_file ? write_file(request->junit_file, g, grade_print_junit)
                                     : grade_print_junit(stdout, g);
    fflush(stdout);
    return status ? EXIT_FAILED : 0;
}

static void print_list(const struct grading *g)
{
    for (size_t i = 0; i < g->n_claims; i++)
        if (g->claims[i].is_selected)
            printf("%3d  %-32s %s\n", g->claims[i].points, g->claims[i].name, g->claims[i].says);
}

/* ---- one grading ----------------------------------------------------------------------- */

static int grade_once(const struct request *request)
{
    struct grading g;
    grading_init(&g, &request->lab, request->file);
    int status = grade_build(&g);
    if (!status && !grade_signal())
        status = grade_run(&g, request->only, g.does_not_compile,
                           isatty(STDERR_FILENO) ? show_progress : NULL);
    if (!status && !grade_signal()) {
        grade_count(&g);
        status = write_reports(request, &g);
        if (!request->only && !g.has_errors)
            grade_keep_score(&g);
        if (!status)
            status = g.has_errors                                    ? EXIT_UNABLE
                     : g.score == g.score_max && !g.does_not_compile ? EXIT_OK
                                                                     : EXIT_FAILED;
    }
    grading_fini(&g);
    return status;
}

static int grade_in_a_loop(const struct request *request)
{
    struct saved saved;
    int error = saved_init(&saved, request->file);
    if (error)
        return complain(EXIT_FAILED, error, NULL, "cannot watch %s", request->file);
    int status;
    do {
        if (isatty(STDOUT_FILENO))
            fputs("\033[H\033[2J", stdout);
        status = grade_once(request);
        if (!grade_signal()) {
            printf("\n%s: graded again when it is saved (Ctrl-C ends)\n", request->file);
            fflush(stdout);
        }
    } while (!grade_signal() && saved_wait(&saved) == 0);
    saved_fini(&saved);
    return signal_seen == SIGINT ? status : end_by_signal();
}

static int list_claims(const struct request *request)
{
    struct grading g;
    grading_init(&g, &request->lab, request->file);
    int status = grade_run(&g, request->only, true, NULL);
    if (!status)
        print_list(&g);
    grading_fini(&g);
    return status;
}

/* ---- a probe in the dashboard ------------------------------------------------------------ */

/* The probe of the claim, or of the first one that the pattern selects; NULL: none. */
static const char *find_probe(const struct grading *g)
{
    for (size_t i = 0; i < g->n_claims; i++)
        if (g->claims[i].is_selected)
            return g->claims[i].probe;
    return NULL;
}

/* Build it; NULL, or the name of the probe to run, malloc'ed. */
static char *build_for_watching(const struct request *request, struct grading *g, int *status)
{
    *status = grade_build(g);
    if (!*status && g->does_not_compile) {
        grade_print_text(stderr, g, "");
        *status = EXIT_FAILED;
    }
    if (!*status)
        *status = grade_run(g, request->watch, true, NULL);
    if (*status)
        return NULL;
    const char *probe = find_probe(g);
    if (!probe)
        *status = complain(EXIT_USAGE, 0, "proclab grade LAB --list names them",
                           "there is no claim '%s'", request->watch);
    return probe ? strdup(probe) : NULL;
}

/* A signal can end the session at any time: so what was built has no name any more when it begins. */
static int watch_claim(const struct request *request)
{
    struct grading g;
    char title[160], program[64];
    int status, fd = -1;
    grading_init(&g, &request->lab, request->file);
    char *probe = build_for_watching(request, &g, &status);
    if (probe && (fd = open(g.probes, O_PATH | O_CLOEXEC)) < 0)
        status = complain(EXIT_FAILED, errno, NULL, "cannot open %s", g.probes);
    grading_fini(&g);
    if (fd >= 0) {
        snprintf(program, sizeof program, "/proc/%d/fd/%d", (int)getpid(), fd);
        snprintf(title, sizeof title, "%s: %s", request->lab.name, request->watch);
        setenv("PROCLAB_PROBE_WAITS", "1", 1);
        char *argv[] = {program, probe, NULL};
        const struct session_options session = {
            .title = title, .argv = argv, .is_lab = true, .rows = 24, .cols = 80};
        status = session_run(&session);
        close(fd);
    }
    free(probe);
    return status;
}

/* ---- the command line ------------------------------------------------------------------------ */

/* The grader reads it from the environment. */
static int choose_sandbox(const char *name)
{
    for (int mode = SANDBOX_AUTO; mode <= SANDBOX_PLAIN; mode++)
        if (strcmp(name, sandbox_mode_name((enum sandbox_mode)mode)) == 0) {
            setenv("PROCLAB_SANDBOX", name, 1);
            return 0;
        }
    return complain(EXIT_USAGE, 0, "there are auto, bwrap, seccomp and plain",
                    "there is no sandbox '%s'", name);
}

static int parse_option(int code, struct request *request)
{
    switch (code) {
    case OPTION_FILE:
        if (snprintf(request->file, sizeof request->file, "%s", optarg) >=
            (int)sizeof request->file)
            return complain(EXIT_USAGE, ENAMETOOLONG, NULL, "--file");
        request->has_file = true;
        return 0;
    case OPTION_ONLY:
        request->only = optarg;
        return 0;
    case OPTION_WATCH:
        request->watch = optarg;
        return 0;
    case OPTION_LIST:
        request->is_list = true;
        return 0;
    case OPTION_LOOP:
        request->is_loop = true;
        return 0;
    case OPTION_JSON:
        request->wants_json = true;
        request->json_file = optarg;
        return 0;
    case OPTION_JUNIT:
        request->wants_junit = true;
        request->junit_file = optarg;
        return 0;
    case OPTION_SANDBOX:
        return choose_sandbox(optarg);
    default:
        return EXIT_USAGE;
    }
}

static int check_request(struct request *request, int argc, char **argv)
{
    if (optind == argc)
        return complain(EXIT_USAGE, 0, "as in: proclab grade 3", "which lab?");
    if (optind + 1 < argc)
        return complain(EXIT_USAGE, 0, "one lab at a time", "'%s' is one too many",
                        argv[optind + 1]);
    request->lab_word = argv[optind];
    int status = lab_find_or_complain(request->lab_word, &request->lab);
    if (status)
        return status;
    if (request->wants_json && request->wants_junit && !request->json_file && !request->junit_file)
        return complain(EXIT_USAGE, 0, "give one of them a file: --json=FILE",
                        "--json and --junit cannot share standard output");
    if (request->has_file || request->is_list)
        return 0;
    if (!request->lab.is_checkout)
        return complain(EXIT_USAGE, 0, "--file FILE names yours",
                        "this is no checkout: there is no exercise of yours");
    char cwd[PATH_MAX];
    size_t len = getcwd(cwd, sizeof cwd) ? strlen(cwd) : 0;
    if (snprintf(request->file, sizeof request->file, "%s/exercise.c", request->lab.folder) >=
        (int)sizeof request->file)
        return complain(EXIT_FAILED, ENAMETOOLONG, NULL, "%s", request->lab.folder);
    /* Shorter to read, where it is below the working folder. */
    if (len > 0 && strncmp(request->file, cwd, len) == 0 && request->file[len] == '/')
        memmove(request->file, request->file + len + 1, strlen(request->file + len + 1) + 1);
    return 0;
}

int cmd_grade(int argc, char **argv)
{
    struct request request = {.program = program_invocation_name};
    int code;
    while ((code = options_next(&usage, argc, argv)) >= 0) {
        int status = parse_option(code, &request);
        if (status)
            return status;
    }
    if (code != OPTIONS_END)
        return options_status(code);
    int status = check_request(&request, argc, argv);
    if (status)
        return status;
    if (request.is_list)
        return list_claims(&request);
    if (request.watch)
        return watch_claim(&request);
    catch_signals();
    status = request.is_loop ? grade_in_a_loop(&request) : grade_once(&request);
    return grade_signal() && !request.is_loop ? end_by_signal() : status;
}
