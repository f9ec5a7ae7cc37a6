/* grade_report.c - a grading as text for people, as Gradescope's JSON, as JUnit's XML. */
#include "cmd/grade.h"

#include <errno.h>
#include <jansson.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- text -------------------------------------------------------------------------- */

struct style {
    const char *right, *wrong, *bold, *dim, *plain;  /* escape sequences, or "" */
    const char *passed, *failed, *uncounted, *error; /* one column each */
};

static struct style choose_style(FILE *out)
{
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    bool has_colors =
        isatty(fileno(out)) && (!no_color || !no_color[0]) && term && strcmp(term, "dumb") != 0;
    bool is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    struct style s = {"", "", "", "", "", "+", "x", "-", "?"};
    if (is_utf8) {
        s.passed = "\u2713";
        s.failed = "\u2717";
        s.uncounted = "\u2013";
    }
    if (has_colors) {
        s.right = "\033[32m";
        s.wrong = "\033[31m";
        s.bold = "\033[1m";
        s.dim = "\033[2m";
        s.plain = "\033[0m";
    }
    return s;
}

enum { TEXT_INDENT = 16, LABEL_WIDTH = 10, SAYS_INDENT = 9, WIDTH = 79 };

/* Words from this column on, wrapped with an indent before each further line. */
static void print_wrapped(FILE *out, const char *text, int column, int indent)
{
    size_t n_spaces = 0;
    while (*text) {
        size_t word = strcspn(text, " \n");
        if (n_spaces > 0 && column + (int)(n_spaces + word) > WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            n_spaces = 0;
        }
        column += fprintf(out, "%*s%.*s", (int)n_spaces, "", (int)word, text);
        text += word;
        n_spaces = strspn(text, " ");
        text += n_spaces;
        if (text[0] == '\n' && text[1]) { /* the last one is ours to write */
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            n_spaces = 0;
        }
        text += *text == '\n';
    }
    fputc('\n', out);
}

static void print_text(FILE *out, const struct style *s, const char *label, const char *text)
{
    fprintf(out, "%*s%s%-*s%s", TEXT_INDENT - LABEL_WIDTH, "", s->dim, LABEL_WIDTH, label,
            s->plain);
    print_wrapped(out, text, TEXT_INDENT, TEXT_INDENT);
}

static void print_details(FILE *out, const struct style *s, const struct claim_result *c,
                          const char *again)
{
    if (c->status == CLAIM_ERROR) {
        print_text(out, s, "error", c->observed);
    } else if (c->status == CLAIM_NOT_RUN) {
        print_text(out, s, "error", "it was not run");
    } else if (c->does_not_count) {
        char why[256];
        snprintf(why, sizeof why, "does not count, since %s does not hold", c->hygiene_of);
        print_text(out, s, "but", why);
    } else if (c->status == CLAIM_FAILED) {
        print_text(out, s, "expected", c->expected);
        print_text(out, s, "observed", c->observed);
        if (c->hint[0])
            print_text(out, s, "hint", c->hint);
        /* Not wrapped: it is to be copied. */
        fprintf(out, "%*s%s%-*s%s%s --only %s\n", TEXT_INDENT - LABEL_WIDTH, "", s->dim,
                LABEL_WIDTH, "again", s->plain, again, c->name);
    }
}

static void print_claim(FILE *out, const struct style *s, const struct claim_result *c,
                        const char *again)
{
    bool counts = c->status == CLAIM_PASSED && !c->does_not_count;
    const char *mark = counts                      ? s->passed
                       : c->status == CLAIM_PASSED ? s->uncounted
                       : c->status == CLAIM_FAILED ? s->failed
                                                   : s->error;
    const char *color = counts ? s->right : c->status == CLAIM_PASSED ? s->dim : s->wrong;
    fprintf(out, "  %s%s%s %d/%d  ", color, mark, s->plain, counts ? c->points : 0, c->points);
    print_wrapped(out, c->says, SAYS_INDENT, SAYS_INDENT);
    print_details(out, s, c, again);
}

static void print_function(FILE *out, const struct style *s, const struct grading *g,
                           const char *function)
{
    int got = 0, of = 0;
    for (size_t i = 0; i < g->n_claims; i++) {
        const struct claim_result *c = &g->claims[i];
        if (!c->is_selected || strcmp(c->function, function) != 0)
            continue;
        of += c->points;
        got += c->status == CLAIM_PASSED && !c->does_not_count ? c->points : 0;
    }
    if (of > 0)
        fprintf(out, "\n%s%s%s  %d of %d\n", s->bold, function, s->plain, got, of);
}

/* The first claim of its function: functions come in the order of their first claims. */
static bool is_first(const struct grading *g, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(g->claims[k].function, g->claims[i].function) == 0)
            return false;
    return true;
}

static void print_claims(FILE *out, const struct style *s, const struct grading *g,
                         const char *again)
{
    for (size_t i = 0; i < g->n_claims; i++) {
        const char *function = g->claims[i].function;
        if (!is_first(g, i))
            continue;
        print_function(out, s, g, function);
        for (size_t k = i; k < g->n_claims; k++)
            if (g->claims[k].is_selected && strcmp(g->claims[k].function, function) == 0)
                print_claim(out, s, &g->claims[k], again);
    }
}

void grade_print_text(FILE *out, const struct grading *g, const char *again)
{
    struct style s = choose_style(out);
    if (g->does_not_compile) {
        fprintf(out, "%s does not compile:\n\n%s\n%sScore: 0 of 100%s\n", g->file,
                g->compiler_text ? g->compiler_text : "", s.bold, s.plain);
        return;
    }
    if (g->compiler_text)
        fprintf(out, "The compiler warns:\n\n%s\n", g->compiler_text);
    fprintf(out, "%s%s%s  %s   sandbox: %s%s%s\n", s.bold, g->lab->name, s.plain, g->file,
            g->sandbox, g->sandbox_why[0] ? ", since " : "", g->sandbox_why);
    print_claims(out, &s, g, again);
    if (g->has_errors)
        fprintf(out, "\n%sSome claims could not be judged on this machine: there is no score.%s\n",
                s.wrong, s.plain);
    else
        fprintf(out, "\n%sScore: %d of %d%s\n", s.bold, g->score, g->score_max, s.plain);
}

/* ---- Gradescope's JSON ----------------------------------------------------------------- */

static json_t *json_text(const char *text)
{
    json_t *string = json_string(text ? text : "");
    return string ? string : json_string("(not UTF-8)");
}

/* What a failed claim says, in one text. malloc'ed. */
static char *claim_output(const struct claim_result *c)
{
    char *text = NULL;
    int n = 0;
    if (c->status == CLAIM_FAILED)
        n = asprintf(&text, "%s\nexpected: %s\nobserved: %s\nhint: %s", c->says, c->expected,
                     c->observed, c->hint);
    else if (c->status == CLAIM_ERROR)
        n = asprintf(&text, "%s\nerror: %s", c->says, c->observed);
    else if (c->does_not_count)
        n = asprintf(&text, "%s\ndoes not count, since %s failed", c->says, c->hygiene_of);
    else
        n = asprintf(&text, "%s", c->says);
    return n < 0 ? NULL : text;
}

static json_t *json_claim(const struct claim_result *c)
{
    bool counts = c->status == CLAIM_PASSED && !c->does_not_count;
    char *output = claim_output(c);
    json_t *test = json_pack("{s:o, s:i, s:i, s:s, s:o}", "name", json_text(c->name), "score",
                             counts ? c->points : 0, "max_score", c->points, "status",
                             counts ? "passed" : "failed", "output", json_text(output));
    free(output);
    return test;
}

int grade_print_json(FILE *out, const struct grading *g)
{
    json_t *tests = json_array();
    for (size_t i = 0; i < g->n_claims; i++)
        if (g->claims[i].is_selected)
            json_array_append_new(tests, json_claim(&g->claims[i]));
    json_t *root =
        json_pack("{s:i, s:o, s:o, s:{s:s, s:s, s:b, s:b}}", "score", g->score, "output",
                  json_text(g->compiler_text), "tests", tests, "extra_data", "lab", g->lab->name,
                  "sandbox", g->sandbox, "compiles", !g->does_not_compile, "error", g->has_errors);
    int error = root ? json_dumpf(root, out, JSON_INDENT(2)) : -1;
    json_decref(root);
    if (!error)
        fputc('\n', out);
    return error ? -ENOMEM : 0;
}

/* ---- JUnit's XML ------------------------------------------------------------------------- */

/* XML 1.0 has no way to write most control characters: they are shown as ?. The texts are UTF-8. */
static void print_xml(FILE *out, const char *text)
{
    for (; text && *text; text++) {
        unsigned char c = (unsigned char)*text;
        switch (c) {
        case '&':
            fputs("&amp;", out);
            break;
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        case '\n':
            fputs("&#10;", out);
            break;
        default:
            fputc(c < 0x20 && c != '\t' ? '?' : c, out);
        }
    }
}

static void print_xml_attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    print_xml(out, value);
    fputc('"', out);
}

static void print_xml_claim(FILE *out, const struct grading *g, const struct claim_result *c)
{
    char *output = claim_output(c);
    bool counts = c->status == CLAIM_PASSED && !c->does_not_count;
    fputs("    <testcase", out);
    print_xml_attribute(out, "classname", c->function);
    print_xml_attribute(out, "name", strchr(c->name, '.') + 1);
    if (counts) {
        fputs("/>\n", out);
    } else {
        const char *kind = c->status == CLAIM_ERROR ? "error" : "failure";
        fprintf(out, ">\n      <%s", kind);
        print_xml_attribute(out, "message",
                            g->does_not_compile ? "does not compile"
                            : c->observed       ? c->observed
                                                : "does not count");
        fputs(">", out);
        print_xml(out, g->does_not_compile ? g->compiler_text : output);
        fprintf(out, "</%s>\n    </testcase>\n", kind);
    }
    free(output);
}

int grade_print_junit(FILE *out, const struct grading *g)
{
    size_t n = 0, n_failed = 0, n_errors = 0;
    for (size_t i = 0; i < g->n_claims; i++) {
        const struct claim_result *c = &g->claims[i];
        if (!c->is_selected)
            continue;
        n++;
        if (c->status == CLAIM_ERROR)
            n_errors++;
        else if (c->status != CLAIM_PASSED || c->does_not_count)
            n_failed++;
    }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n  <testsuite", out);
    print_xml_attribute(out, "name", g->lab->name);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\">\n", n, n_failed, n_errors);
    for (size_t i = 0; i < g->n_claims; i++)
        if (g->claims[i].is_selected)
            print_xml_claim(out, g, &g->claims[i]);
    fputs("  </testsuite>\n</testsuites>\n", out);
    return ferror(out) ? -EIO : 0;
}
