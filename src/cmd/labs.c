/* proclab labs: the numbered labs, what each teaches, and how far its exercise is graded. */
#include "cmd/command.h"
#include "cmd/complain.h"
#include "cmd/lab_paths.h"
#include "cmd/options.h"
#include "cmd/wrapped.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct usage usage = {
    .name = "labs",
    .synopsis = "",
    .about = "List the labs: what each is about, and the last score of its exercise.",
    .examples = "proclab labs\nproclab run 3\nproclab grade 3",
    .exit_status = "0; 1 there are no labs here",
};

struct summary {
    char title[120];
    char teaches[400]; /* the first paragraph, on one line */
};

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
    free(line);
    if (in)
        fclose(in);
}

/*
 * What `proclab grade` keeps: {"03-pipe": {"score": 85, ...}, ...}. NULL: nothing was graded yet.
 */
static json_t *read_scores(void)
{
    char path[PATH_MAX];
    if (lab_state_path("scores.json", false, path) < 0)
        return NULL;
    return json_load_file(path, 0, NULL);
}

static void print_score(const json_t *scores, const struct lab *lab)
{
    json_t *entry = json_object_get(scores, lab->name);
    json_t *score = json_object_get(entry, "score");
    if (json_is_number(score))
        printf("%3.0f of 100 ", json_number_value(score));
    else
        printf("not graded ");
}

int cmd_labs(int argc, char **argv)
{
    int code;
    while ((code = options_next(&usage, argc, argv)) >= 0)
        continue;
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
    for (size_t i = 0; i < n; i++) {
        struct summary summary;
        read_summary(&labs[i], &summary);
        printf("%s%-20s ", i ? "\n" : "", labs[i].name);
        print_score(scores, &labs[i]);
        printf("   %s\n", summary.title);
        wrapped_print(summary.teaches, 4);
    }
    json_decref(scores);
    free(labs);
    return EXIT_OK;
}
