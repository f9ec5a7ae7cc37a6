/* proclab labs: the numbered labs, what each teaches, and how far its exercise is graded. */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/lab_paths.h"
#include "cmd/options.h"
#include "cmd/wrapped.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct option_row options[] = {
    {"json", 'j', NULL, "one JSON object: the labs, their scores, the sum"},
    {NULL, 0, NULL, NULL},
};

static const struct usage usage = {
    .name = "labs",
    .synopsis = "[--json]",
    .about = "List the labs: what each is about, and the last score of this checkout's exercise.",
    .options = options,
    .examples = "proclab labs\nproclab run 3\nproclab grade 3",
    .exit_status = "0; 1 there are no labs here",
};

enum { SCORE_MAX = 100, BAR_COLUMNS = 20, LINE_COLUMNS = 78 };

struct summary {
    char title[120];
    char teaches[400]; /* the first paragraph, on one line */
};

/* `execve(2)` and *this*, as text. */
static void drop_marks(char *text)
{
    char *to = text;
    for (; *text; text++)
        if (*text != '`' && *text != '*')
            *to++ = *text;
    *to = '\0';
}

/*
 * Append a line to a paragraph, with a space between; what does not fit is left out at a word's
 * end.
 */
static void add_line(char *text, size_t size, const char *line)
{
    size_t n = strlen(text);
    int wanted = snprintf(text + n, size - n, "%s%s", n ? " " : "", line);
    if (wanted < 0 || n + (size_t)wanted < size)
        return;
    char *space = strrchr(text, ' ');
    if (space)
        *space = '\0';
}

/* "# 03 · Pipes": the title alone, since the lab's name has the number. */
static const char *skip_number(const char *heading)
{
    heading += strspn(heading, "# ");
    const char *rest = heading + strspn(heading, "0123456789");
    if (rest == heading)
        return heading;
    rest += strspn(rest, " .:-");
    return strncmp(rest, "·", strlen("·")) == 0 ? rest + strlen("·") + 1 : rest;
}

/* The first heading of README.md, and the first paragraph after it. */
static void read_summary(const struct lab *lab, struct summary *summary)
{
    char path[PATH_MAX + 16], *line = NULL;
    size_t cap = 0;
    *summary = (struct summary){"", ""};
    snprintf(path, sizeof path, "%s/README.md", lab->folder);
    FILE *in = fopen(path, "re");
    while (in && getline(&line, &cap, in) >= 0) {
        line[strcspn(line, "\r\n")] = '\0';
        if (!summary->title[0]) {
            if (line[0] == '#')
                snprintf(summary->title, sizeof summary->title, "%s", skip_number(line));
            continue;
        }
        bool is_text = line[0] && line[0] != '#' && line[0] != '<' && strncmp(line, "![", 2) != 0;
        if (is_text)
            add_line(summary->teaches, sizeof summary->teaches, line);
        else if (summary->teaches[0])
            break;
    }
    if (!summary->title[0])
        snprintf(summary->title, sizeof summary->title, "%s", lab->name);
    drop_marks(summary->title);
    drop_marks(summary->teaches);
    free(line);
    if (in)
        fclose(in);
}

/* ---- scores ------------------------------------------------------------------------ */

/* What is known of the exercise of a lab. */
struct score {
    bool is_known;
    double points;
    char time[32];    /* when it was graded: "2026-11-24T14:31:07+0000" */
    bool has_changed; /* its file, since then */
};

/*
 * What `proclab grade` keeps, see grade_score.c. NULL: nothing was graded yet.
 */
static json_t *read_scores(void)
{
    char path[PATH_MAX];
    if (lab_state_path("scores.json", false, path) < 0)
        return NULL;
    return json_load_file(path, 0, NULL);
}

/* Of this checkout's own exercise; where labs are only installed, of whatever file was graded last. */
static struct score find_score(const json_t *scores, const struct lab *lab)
{
    struct score score = {.is_known = false};
    char path[PATH_MAX + 16], exercise[PATH_MAX];
    struct stat st;
    json_t *entry = json_object_get(scores, lab->name);
    snprintf(path, sizeof path, "%s/exercise.c", lab->folder);
    if (lab->is_checkout && realpath(path, exercise))
        entry = json_object_get(json_object_get(entry, "exercises"), exercise);
    const json_t *points = json_object_get(entry, "score");
    const char *time = json_string_value(json_object_get(entry, "time"));
    const json_t *mtime = json_object_get(entry, "file_mtime_ns");
    if (!json_is_number(points))
        return score;
    score.is_known = true;
    score.points = json_number_value(points);
    snprintf(score.time, sizeof score.time, "%s", time ? time : "");
    score.has_changed =
        json_is_integer(mtime) && stat(path, &st) == 0 &&
        st.st_mtim.tv_sec * 1000000000LL + st.st_mtim.tv_nsec != json_integer_value(mtime);
    return score;
}

/* ---- text -------------------------------------------------------------------------- */

/* points of max as BAR_COLUMNS cells: full only when all points are there. */
static void print_bar(double points, double max)
{
    bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    int n = max > 0 ? (int)(points * BAR_COLUMNS / max) : 0;
    for (int i = 0; i < BAR_COLUMNS; i++)
        fputs(i < n ? (is_utf8 ? "\u2587" : "#") : (is_utf8 ? "\u2591" : "-"), stdout);
}

/* A line that ends with a bar and points, one below the other. points < 0: not graded. */
static void print_line(const char *text, double points, double max)
{
    char words[24] = "not graded";
    if (points >= 0)
        snprintf(words, sizeof words, "%.0f of %.0f", points, max);
    printf("%-*s ", LINE_COLUMNS - BAR_COLUMNS - 14, text);
    print_bar(points < 0 ? 0 : points, max);
    printf(" %12s\n", words);
}

static void print_lab(const struct lab *lab, const json_t *scores)
{
    struct summary summary;
    struct score score = find_score(scores, lab);
    read_summary(lab, &summary);
    print_line(lab->name, score.is_known ? score.points : -1, SCORE_MAX);
    wrapped_print(summary.title, 4);
    wrapped_print(summary.teaches, 4);
    if (score.has_changed)
        printf("    (exercise.c has changed since it was graded: proclab grade %d)\n", lab->number);
    putchar('\n');
}

static void print_sum(const struct lab *labs, size_t n, const json_t *scores)
{
    double sum = 0;
    size_t n_full = 0;
    char text[64];
    for (size_t i = 0; i < n; i++) {
        struct score score = find_score(scores, &labs[i]);
        sum += score.is_known ? score.points : 0;
        n_full += score.is_known && score.points >= SCORE_MAX;
    }
    snprintf(text, sizeof text, "%zu of %zu %s at full points", n_full, n, n == 1 ? "lab" : "labs");
    print_line(text, sum, (double)n * SCORE_MAX);
}

/* ---- JSON -------------------------------------------------------------------------- */

static json_t *json_text(const char *text)
{
    json_t *string = json_string(text);
    return string ? string : json_string("(not UTF-8)");
}

static json_t *json_lab(const struct lab *lab, const struct score *score)
{
    struct summary summary;
    read_summary(lab, &summary);
    json_t *object = json_pack("{s:i, s:s, s:o, s:o, s:i}", "number", lab->number, "name",
                               lab->name, "title", json_text(summary.title), "teaches",
                               json_text(summary.teaches), "max_score", SCORE_MAX);
    json_object_set_new(object, "score", score->is_known ? json_real(score->points) : json_null());
    json_object_set_new(object, "graded", score->is_known ? json_text(score->time) : json_null());
    json_object_set_new(object, "changed_since",
                        score->is_known ? json_boolean(score->has_changed) : json_null());
    return object;
}

static int print_json(const struct lab *labs, size_t n, const json_t *scores)
{
    double sum = 0;
    json_t *list = json_array();
    for (size_t i = 0; i < n; i++) {
        struct score score = find_score(scores, &labs[i]);
        sum += score.is_known ? score.points : 0;
        json_array_append_new(list, json_lab(&labs[i], &score));
    }
    json_t *root =
        json_pack("{s:o, s:f, s:i}", "labs", list, "score", sum, "max_score", (int)n * SCORE_MAX);
    if (!root)
        return complain(EXIT_FAILED, ENOMEM, NULL, "cannot list the labs");
    json_dumpf(root, stdout, JSON_INDENT(2)); /* main() looks whether it could be written */
    json_decref(root);
    putchar('\n');
    return EXIT_OK;
}

int cmd_labs(int argc, char **argv)
{
    bool is_json = false;
    int code;
    while ((code = options_next(&usage, argc, argv)) >= 0)
        is_json = true;
    if (code != OPTIONS_END)
        return options_status(code);
    if (optind < argc)
        return complain(EXIT_USAGE, 0, "proclab run LAB runs one", "'%s' is one too many",
                        argv[optind]);
    struct lab *labs;
    size_t n;
    int error = lab_list(&labs, &n);
    if (error)
        return complain(EXIT_FAILED, error == -ENODATA ? 0 : error,
                        "go to a checkout of proclab, or install it", "no labs here");
    json_t *scores = read_scores();
    int status = EXIT_OK;
    if (is_json) {
        status = print_json(labs, n, scores);
    } else {
        for (size_t i = 0; i < n; i++)
            print_lab(&labs[i], scores);
        print_sum(labs, n, scores);
    }
    json_decref(scores);
    free(labs);
    return status;
}
