/*
 * grader.c - main() of a lab's grader: runs the claims (Criterion) and tells how they went.
 *
 * One JSON object a line, to the fd whose number is in PROCLAB_GRADER_FD: first the plan, then a result for
 * each claim as it is known. Criterion's own JSON and XML are not valid when a message holds quotes or newlines.
 * Without that fd (started by hand) Criterion prints what it always does.
 */
#include "gradekit/claim.h"

#include "run/sandbox.h"

#include <criterion/hooks.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Criterion 2.4.1 starts libgit2 in every test's process, for the differences that it can show, and that reads all of the
 * machine's certificates: a third of what such a process costs. These stand before libgit2's. (A Criterion
 * without libgit2 does not call them.)
 */
int git_libgit2_init(void);
int git_libgit2_init(void)
{
    return 1;
}

int git_libgit2_shutdown(void);
int git_libgit2_shutdown(void)
{
    return 0;
}

enum { CLAIMS_MAX = 256, TOTAL_POINTS = 100, STATUS_OURS = 77 };

struct row {
    const struct claim *claim;
    struct criterion_test *test;
    unsigned line;
    bool is_selected;
};

static int report_fd = -1;

static void tell(json_t *object)
{
    char *line = object ? json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII) : NULL;
    if (line && report_fd >= 0)
        dprintf(report_fd, "%s\n", line);
    free(line);
    json_decref(object);
}

static void claim_id(const struct claim *claim, char *buf, size_t len)
{
    snprintf(buf, len, "%s.%s", claim->function, claim->name);
}

/* ---- results, from Criterion's hooks --------------------------------------------- */

/* The text after label in a message made by claim.c; up to the next line that is not indented. */
static json_t *message_part(const char *message, const char *label)
{
    const char *at = strstr(message, label);
    if (!at || (at != message && at[-1] != '\n'))
        return json_string("");
    at += strlen(label);
    const char *end = at;
    while ((end = strchr(end, '\n')) && strncmp(end, "\n  ", 3) == 0)
        end++;
    size_t len = end ? (size_t)(end - at) : strlen(at);
    char *text = malloc(len + 1), *to = text;
    if (!text)
        return NULL;
    for (const char *from = at; from < at + len; from++) {
        *to++ = *from;
        if (*from == '\n')
            from += 2; /* the indentation */
    }
    *to = '\0';
    json_t *part = json_string(text);
    free(text);
    return part ? part : json_string("(not UTF-8)");
}

static const char *first_failure(const struct criterion_test_stats *stats)
{
    for (const struct criterion_assert_stats *a = stats->asserts; a; a = a->next)
        if (!a->passed)
            return a->message;
    return NULL;
}

static void tell_result(const struct criterion_test_stats *stats)
{
    const struct claim *claim = stats->test->data->data;
    const char *message = first_failure(stats);
    const char *status = "passed";
    char id[160];
    if (!claim)
        return;
    claim_id(claim, id, sizeof id);
    if (!message && stats->timed_out)
        message = CLAIM_ERROR_PREFIX "the claim's own time limit ran out";
    if (!message && (stats->crashed || stats->test_status != CR_STATUS_PASSED))
        message = CLAIM_ERROR_PREFIX "the grader crashed";
    if (message)
        status = strncmp(message, CLAIM_ERROR_PREFIX, strlen(CLAIM_ERROR_PREFIX)) == 0 ? "error"
                                                                                       : "failed";
    json_t *result = json_pack("{s:s, s:s}", "name", id, "status", status);
    if (strcmp(status, "failed") == 0) {
        json_object_set_new(result, "expected", message_part(message, "expected: "));
        json_object_set_new(result, "observed", message_part(message, "observed: "));
        json_object_set_new(result, "hint", message_part(message, "hint: "));
    } else if (message) {
        json_t *why = json_string(message + strlen(CLAIM_ERROR_PREFIX));
        json_object_set_new(result, "observed", why ? why : json_string("(not UTF-8)"));
    }
    tell(json_pack("{s:o}", "result", result));
}

ReportHook(POST_TEST)(struct criterion_test_stats *stats)
{
    tell_result(stats);
}

/* A test that crashes gets no POST_TEST. */
ReportHook(TEST_CRASH)(struct criterion_test_stats *stats)
{
    tell_result(stats);
}

/* ---- the plan ------------------------------------------------------------------------ */

static int compare_rows(const void *a, const void *b)
{
    const struct row *r = a, *s = b;
    return (r->line > s->line) - (r->line < s->line);
}

/* All claims, in the order in which they stand in grade.c. */
static size_t collect(struct criterion_test_set *set, struct row rows[CLAIMS_MAX])
{
    size_t n_rows = 0;
    FOREACH_SET(struct criterion_suite_set * suite, set->suites)
    {
        if (!suite->tests)
            continue;
        FOREACH_SET(struct criterion_test * test, suite->tests)
        if (test->data->data && n_rows < CLAIMS_MAX)
            rows[n_rows++] =
                (struct row){.claim = test->data->data, .test = test, .line = test->data->line_};
    }
    qsort(rows, n_rows, sizeof rows[0], compare_rows);
    return n_rows;
}

static struct row *find_row(struct row *rows, size_t n, const char *function, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].claim->function, function) == 0 &&
            strcmp(rows[i].claim->name, name) == 0)
            return &rows[i];
    return NULL;
}

/* Points that do not add up, a claim that refers to none: errors of who wrote grade.c. */
static bool check_plan(struct row *rows, size_t n)
{
    int total = 0;
    bool is_right = true;
    for (size_t i = 0; i < n; i++) {
        const struct claim *c = rows[i].claim;
        total += c->points;
        if (c->points <= 0 || !c->says ||
            (c->hygiene_of && !find_row(rows, n, c->function, c->hygiene_of))) {
            fprintf(stderr,
                    "grader: %s.%s has no points, says nothing, or has a wrong hygiene_of\n",
                    c->function, c->name);
            is_right = false;
        }
    }
    if (total != TOTAL_POINTS)
        fprintf(stderr, "grader: the points add up to %d, not to %d\n", total, TOTAL_POINTS);
    return is_right && total == TOTAL_POINTS;
}

/* only: a claim, a function, or a pattern of claims. What a hygiene claim depends on runs, too. */
static size_t select_claims(struct row *rows, size_t n, const char *only)
{
    size_t n_selected = 0;
    for (size_t i = 0; i < n; i++) {
        char id[160];
        const struct claim *c = rows[i].claim;
        claim_id(c, id, sizeof id);
        if (only && strcmp(only, c->function) != 0 && fnmatch(only, id, 0) != 0)
            continue;
        rows[i].is_selected = true;
        n_selected++;
        struct row *main_row = c->hygiene_of ? find_row(rows, n, c->function, c->hygiene_of) : NULL;
        if (main_row)
            main_row->is_selected = true;
    }
    for (size_t i = 0; i < n; i++)
        rows[i].test->data->disabled = !rows[i].is_selected;
    return n_selected;
}

/* Find out once, for all tests. False: the one that was asked for cannot be had. */
static bool choose_sandbox(void)
{
    enum sandbox_mode mode;
    char why[256] = "";
    int error = sandbox_find(&mode, why, sizeof why);
    if (error) {
        fprintf(stderr, "this sandbox cannot be had: %s\n", why[0] ? why : strerror(-error));
        return false;
    }
    setenv("PROCLAB_GRADER_SANDBOX", sandbox_mode_name(mode), 1);
    tell(json_pack("{s:{s:s, s:s}}", "sandbox", "name", sandbox_mode_name(mode), "why", why));
    return true;
}

static void tell_plan(const struct row *rows, size_t n)
{
    json_t *claims = json_array();
    for (size_t i = 0; i < n; i++) {
        const struct claim *c = rows[i].claim;
        char id[160], main_id[160] = "", probe[160];
        claim_id(c, id, sizeof id);
        snprintf(probe, sizeof probe, "%s_%s", c->function, c->name);
        if (c->hygiene_of)
            snprintf(main_id, sizeof main_id, "%s.%s", c->function, c->hygiene_of);
        json_array_append_new(claims, json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:b}", "name", id,
                                                "function", c->function, "says", c->says, "points",
                                                c->points, "hygiene_of", main_id, "probe",
                                                c->probe ? c->probe : probe, "selected",
                                                rows[i].is_selected));
    }
    tell(json_pack("{s:o}", "plan", claims));
}

int grader_main(int argc, char **argv)
{
    static struct row rows[CLAIMS_MAX];
    const char *fd = getenv("PROCLAB_GRADER_FD"), *only = getenv("PROCLAB_GRADER_ONLY");
    struct criterion_test_set *set = criterion_initialize();
    int status = STATUS_OURS;

    if (fd)
        report_fd = (int)strtol(fd, NULL, 10);
    size_t n = collect(set, rows);
    if (!check_plan(rows, n))
        goto out;
    size_t n_selected = select_claims(rows, n, only);
    tell_plan(rows, n);
    if (n_selected == 0 || getenv("PROCLAB_GRADER_LIST")) {
        status = 0;
        goto out;
    }
    if (!choose_sandbox())
        goto out;
    if (report_fd >= 0)
        criterion_options.logging_threshold =
            (enum criterion_logging_level)(CRITERION_IMPORTANT + 1);
    else if (!criterion_handle_args(argc, argv, true))
        goto out;
    /* A claim waits more than it computes: for holds, for stillness, for its processes to end. */
    criterion_options.jobs = 2 * (size_t)sysconf(_SC_NPROCESSORS_ONLN);
    criterion_run_all_tests(set);
    tell(json_pack("{s:b}", "end", 1));
    status = 0;
out:
    criterion_finalize(set);
    return status;
}
