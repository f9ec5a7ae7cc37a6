#include "labkit/lab.h"

#include "labkit/children.h"
#include "labkit/internal.h"
#include "labkit/text.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STEP_MS = 50 };
#define HOLD_SECONDS 2.0

void lab_die(const char *what)
{
    char text[128];
    int error = errno;

    fflush(stdout);
    fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what,
            text_errno(error, text, sizeof text));
    if (child_is_me())
        _exit(1);
    child_end_all();
    exit(1);
}

void lab_say(struct lab *lab, const char *format, ...)
{
    va_list args;
    char *text;

    if (lab->json || lab->request != 0)
        return;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n == -1)
        lab_die("vasprintf");
    text_wrap(stdout, text_columns(STDOUT_FILENO), "", "", text);
    fflush(stdout);
    free(text);
}

/* ---- what others are told ---------------------------------------------------- */

static void emit_state(struct lab *lab, const char *state, const char *says, bool awaits_enter)
{
    const struct act *act = &lab->acts[lab->current];
    const char *asks = strcmp(state, "ask") == 0 ? act->asks : NULL;

    facts_emit(lab, json_pack("{s:I, s:I, s:s, s:s, s:s*, s:s, s:b, s:s*}", "act",
                              (json_int_t)lab->current + 1, "of", (json_int_t)lab->n_acts, "title",
                              act->title, "says", says, "asks", asks, "state", state,
                              "awaits_enter", awaits_enter, "shows", act->shows));
}

/* ---- keys --------------------------------------------------------------------- */

/* One line, without its newline, cut to len. False at EOF (Ctrl-D, a terminal that hung up). */
static bool read_line(struct lab *lab, char *line, size_t len)
{
    size_t have = 0;
    char c;

    for (;;) {
        ssize_t n = read(lab->keys_fd, &c, 1);

        if (n == -1 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        if (c == '\n')
            break;
        if (have + 1 < len)
            line[have++] = c;
    }
    line[have] = '\0';
    return true;
}

/* Prompt and read a line: 'b', 'r', 'q', or 'n' for all else; that stays in line. */
static char read_key(struct lab *lab, const char *prompt, char *line, size_t len)
{
    printf("%s", prompt);
    fflush(stdout);
    if (!read_line(lab, line, len)) {
        printf("\n");
        return 'q';
    }
    if (strlen(line) == 1 && strchr("brq", line[0]) != NULL)
        return line[0];
    return 'n';
}

_Noreturn static void leave(struct lab *lab)
{
    child_end_all();
    facts_emit(lab, json_pack("{s:b}", "end", true));
    /* ferror(): an fflush() in between may have failed, and left nothing to fail now. */
    if (fflush(stdout) == EOF || ferror(stdout) || lab->is_write_failed) {
        fprintf(stderr, "%s: not all could be written to standard output\n",
                program_invocation_short_name);
        exit(1);
    }
    exit(0);
}

/* ---- holding still -------------------------------------------------------------- */

static void hold_for_a_person(struct lab *lab, void (*step)(void *), void *arg)
{
    struct pollfd keys = {.fd = lab->keys_fd, .events = POLLIN};
    char line[128];

    printf("  [Enter: go on] ");
    fflush(stdout);
    while (step != NULL) { /* without a step: asleep in read(), so that it shows as that */
        step(arg);
        if (poll(&keys, 1, STEP_MS) > 0)
            break;
    }
    switch (read_key(lab, "", line, sizeof line)) {
    case 'q':
        leave(lab);
    case 'b':
        lab->request = 'b';
        break;
    case 'r':
        lab->request = 'r';
        break;
    default:
        break;
    }
}

static void hold_for_a_while(struct lab *lab, void (*step)(void *), void *arg)
{
    double left_ms = lab->request != 0 ? 0 : lab->hold_seconds * 1000;

    fflush(stdout);
    do {
        if (step != NULL)
            step(arg);
        int ms = left_ms < STEP_MS ? (int)left_ms : STEP_MS;
        nanosleep(&(struct timespec){.tv_nsec = ms * 1000000L}, NULL);
        left_ms -= STEP_MS;
    } while (left_ms > 0);
}

void lab_hold_with(struct lab *lab, const char *says, void (*step)(void *arg), void *arg)
{
    bool asks = lab->is_interactive && lab->request == 0;

    if (lab->request == 0) {
        emit_state(lab, "hold", says, asks);
        if (!lab->json)
            text_wrap(stdout, text_columns(STDOUT_FILENO), lab->is_utf8 ? "▸ " : "> ", NULL, says);
    }
    if (asks)
        hold_for_a_person(lab, step, arg);
    else
        hold_for_a_while(lab, step, arg);
    if (lab->request == 0)
        emit_state(lab, "run", lab->acts[lab->current].says, false);
}

void lab_hold(struct lab *lab, const char *says)
{
    lab_hold_with(lab, says, NULL, NULL);
}

/* ---- acts --------------------------------------------------------------------- */

static void print_heading(const struct lab *lab, const struct act *act)
{
    char heading[160];
    int columns = text_columns(STDOUT_FILENO);

    snprintf(heading, sizeof heading, "%s  Act %zu of %zu: %s", lab->title, lab->current + 1,
             lab->n_acts, act->title);
    printf("\n%s%.*s%s\n", lab->is_bold ? "\033[1m" : "", columns, heading,
           lab->is_bold ? "\033[0m" : "");
    for (int i = 0; i < columns; i++)
        fputs(lab->is_utf8 ? "─" : "-", stdout);
    printf("\n");
}

/* What is coming, and what the person says to that: 'n', 'b', 'r' or 'q'. */
static char introduce(struct lab *lab)
{
    const struct act *act = &lab->acts[lab->current];
    int columns = text_columns(STDOUT_FILENO);
    char line[128];

    if (!lab->json) {
        print_heading(lab, act);
        text_wrap(stdout, columns, "", NULL, act->says);
    }
    if (!lab->is_interactive) {
        fflush(stdout);
        return 'n';
    }
    if (act->asks != NULL)
        text_wrap(stdout, columns, "\nYour prediction: ", "  ", act->asks);
    emit_state(lab, "ask", act->says, true);
    char key = read_key(lab, "  [Enter: go on   b: back   r: again   q: quit] ", line, sizeof line);
    if (key == 'n' && line[0] != '\0')
        printf("  You said \"%s\". Let us see.\n", line);
    if (key == 'n')
        printf("\n");
    return key;
}

static void run_current(struct lab *lab)
{
    const struct act *act = &lab->acts[lab->current];

    lab->request = 0;
    emit_state(lab, "run", act->says, false);
    act->run(lab);
    child_end_all(); /* none, if the act is right */
    fflush(stdout);
    emit_state(lab, "done", act->says, false);
}

/* After the last act: 'b', 'r', or the end. */
static char ask_at_the_end(struct lab *lab)
{
    char line[128];

    emit_state(lab, "done", "That was the last act.", true);
    return read_key(lab, "\nThat was the last act. [Enter: end   b: back   r: again] ", line,
                    sizeof line);
}

/* i: the act whose introduction is shown next; last + 1: the question after the last one. */
static void run_acts(struct lab *lab)
{
    size_t i = lab->first;

    for (;;) {
        bool is_end = i > lab->last;
        char key;

        if (is_end && !lab->is_interactive)
            return;
        lab->current = is_end ? lab->last : i;
        if (is_end)
            key = ask_at_the_end(lab);
        else
            key = introduce(lab);
        if (key == 'q' || (key == 'n' && is_end))
            return;
        if ((key == 'b' || key == 'r') && i > lab->first)
            i--;
        if (key == 'b')
            continue;
        do { /* again, where that is asked for in a hold */
            lab->current = i;
            run_current(lab);
        } while (lab->request == 'r');
        if (lab->request != 'b')
            i++;
        else if (i > lab->first)
            i--;
    }
}

/* ---- starting -------------------------------------------------------------------- */

static const struct option options[] = {
    {"auto", no_argument, NULL, 'a'},       {"act", required_argument, NULL, 'n'},
    {"pace", required_argument, NULL, 'p'}, {"json", no_argument, NULL, 'j'},
    {"help", no_argument, NULL, 'h'},       {NULL, 0, NULL, 0},
};

static void print_help(const struct lab *lab)
{
    printf("Usage: %s [OPTION]...\nThe demonstration of lab %s, in %zu acts.\n\n"
           "  --auto          go on without waiting for Enter (so it is without a terminal)\n"
           "  --act N         act N only\n"
           "  --pace SECONDS  with --auto: how long to hold still where there is something to see\n"
           "  --json          print the facts, one JSON object a line, and nothing else\n"
           "  --help          this\n\nActs:\n",
           program_invocation_short_name, lab->title, lab->n_acts);
    for (size_t i = 0; i < lab->n_acts; i++)
        printf("  %zu  %s\n", i + 1, lab->acts[i].title);
}

static bool parse_act(struct lab *lab, const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || n < 1 || n > lab->n_acts) {
        fprintf(stderr, "%s: no act '%s': there are acts 1 to %zu (--help lists them)\n",
                program_invocation_short_name, text, lab->n_acts);
        return false;
    }
    lab->first = lab->last = n - 1;
    return true;
}

static bool parse_pace(const char *text, double *seconds)
{
    char *end;

    *seconds = strtod(text, &end);
    if (end != text && *end == '\0' && *seconds >= 0 && *seconds <= 3600)
        return true;
    fprintf(stderr, "%s: --pace '%s': seconds are wanted, 0 to 3600\n",
            program_invocation_short_name, text);
    return false;
}

/* -1: go on; else the exit status. */
static int parse_options(struct lab *lab, int argc, char **argv, bool *is_auto)
{
    double pace = -1;
    int c;

    while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (c == 'h') {
            print_help(lab);
            return fflush(stdout) == EOF;
        }
        if (c == '?' || (c == 'n' && !parse_act(lab, optarg)) ||
            (c == 'p' && !parse_pace(optarg, &pace)))
            return 2;
        lab->json |= c == 'j';
        *is_auto |= c == 'a' || c == 'j';
    }
    if (optind < argc) {
        fprintf(stderr, "%s: '%s' is no option (--help lists them)\n",
                program_invocation_short_name, argv[optind]);
        return 2;
    }
    if (pace < 0) /* hold still only where somebody may be looking */
        pace = !lab->json && (isatty(STDOUT_FILENO) || lab->facts_fd != -1) ? HOLD_SECONDS : 0;
    lab->hold_seconds = pace;
    return -1;
}

/* A demo that is started with some of 0 to 2 closed would find its pipes there. */
static void open_standard_fds(void)
{
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) == -1 && open("/dev/null", O_RDWR) == -1)
            _exit(1);
}

/* The terminal that a person types on: standard input, or else the controlling one. */
static int open_keys(void)
{
    if (!isatty(STDOUT_FILENO))
        return -1;
    if (isatty(STDIN_FILENO))
        return STDIN_FILENO;
    int fd = open("/dev/tty", O_RDONLY | O_CLOEXEC);
    return fd == -1 ? -1 : move_high(fd);
}

static bool wants_bold(void)
{
    const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

    return isatty(STDOUT_FILENO) && term != NULL && strcmp(term, "dumb") != 0 &&
           (no_color == NULL || *no_color == '\0');
}

int labkit_main(int argc, char **argv, const char *title, const struct act acts[], size_t n)
{
    struct lab lab = {.title = title, .acts = acts, .n_acts = n, .last = n - 1, .keys_fd = -1};
    bool is_auto = false;

    open_standard_fds();
    setlocale(LC_CTYPE, "");
    lab.facts_fd = facts_take_fd();
    int status = parse_options(&lab, argc, argv, &is_auto);
    if (status != -1)
        return status;
    lab.is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    lab.is_bold = wants_bold();
    if (!is_auto)
        lab.keys_fd = open_keys();
    lab.is_interactive = lab.keys_fd != -1;
    children_guard();
    run_acts(&lab);
    leave(&lab);
}
