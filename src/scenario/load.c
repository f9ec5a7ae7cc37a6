/*
 * A scenario from its file. libcyaml 1.3.1 tells of an error in several log lines, without the
 * file's name, and blames a key that it does not know on the line before: its log function here
 * keeps what is needed, and one line is made of it. What no schema can say (a time, a fill) is
 * checked afterwards; libyaml's document then knows the line of a key.
 */
#include "model/snapshot.h"
#include "scenario/scenario.h"
#include "scenario/schema.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

enum { LONGEST_FILE = 1024 * 1024, MOST_KEYS = 8 };

/* What libcyaml has said of an error. */
struct trouble {
    char what[200]; /* "Unexpected key: bogus" */
    char keys[MOST_KEYS]
             [40]; /* of its backtrace, the innermost first; "" a mapping, which has none */
    size_t n_keys;
    size_t line; /* of the innermost; 0: not told */
};

static void take_log(cyaml_log_t level, void *context, const char *format, va_list args)
{
    struct trouble *t = context;
    char text[300];
    (void)level;
    int n = vsnprintf(text, sizeof text, format, args);
    if (n < 0)
        return;
    text[strcspn(text, "\n")] = '\0';
    const char *line = strstr(text, "(line: ");
    if (!line) {
        if (!t->what[0] && !strstr(text, "Backtrace"))
            snprintf(t->what, sizeof t->what, "%.199s",
                     strncmp(text, "Load: ", 6) == 0 ? text + 6 : text);
        return;
    }
    if (t->n_keys == 0)
        t->line = strtoul(line + strlen("(line: "), NULL, 10);
    /* "in sequence entry '1'" is passed over: the sequence's own key follows. */
    const char *quote = strchr(text, '\'');
    if (strstr(text, "in sequence entry") || t->n_keys == MOST_KEYS)
        return;
    char *key = t->keys[t->n_keys++];
    key[0] = '\0';
    if (quote)
        snprintf(key, sizeof t->keys[0], "%.*s", (int)strcspn(quote + 1, "'"), quote + 1);
}

/* ---- where a key stands --------------------------------------------------------- */

static bool parse_document(const char *text, size_t len, yaml_document_t *document, char *problem,
                           size_t size, size_t *line)
{
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser))
        return false;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, len);
    bool is_good = yaml_parser_load(&parser, document);
    if (!is_good) {
        snprintf(problem, size, "%s", parser.problem ? parser.problem : "out of memory");
        *line = parser.problem_mark.line + 1;
    }
    yaml_parser_delete(&parser);
    return is_good;
}

static bool is_scalar(const yaml_node_t *node, const char *text)
{
    return node && node->type == YAML_SCALAR_NODE &&
           strcmp((const char *)node->data.scalar.value, text) == 0;
}

/* The line of the first key of this name from `from` on, in the order of the file; 0: none. */
static size_t find_key_from(yaml_document_t *document, const char *key, size_t from)
{
    size_t best = 0;
    yaml_node_t *node;
    for (int i = 1; (node = yaml_document_get_node(document, i)); i++) {
        if (node->type != YAML_MAPPING_NODE)
            continue;
        for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
             pair < node->data.mapping.pairs.top; pair++) {
            yaml_node_t *name = yaml_document_get_node(document, pair->key);
            size_t line = name ? name->start_mark.line + 1 : 0;
            if (is_scalar(name, key) && line >= from && (!best || line < best))
                best = line;
        }
    }
    return best;
}

/* One of a mapping's keys, *line where it stands; NULL: it has none like that. */
static yaml_node_t *find_value(yaml_document_t *document, yaml_node_t *node, const char *key,
                               size_t *line)
{
    if (!node || node->type != YAML_MAPPING_NODE)
        return NULL;
    for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
         pair < node->data.mapping.pairs.top; pair++) {
        yaml_node_t *name = yaml_document_get_node(document, pair->key);
        if (!is_scalar(name, key))
            continue;
        *line = name->start_mark.line + 1;
        return yaml_document_get_node(document, pair->value);
    }
    return NULL;
}

/* The line of a step's key: keys is a path below it, NULL-ended. step -1: below the file. */
static size_t find_line(yaml_document_t *document, int step, const char *const *keys)
{
    size_t line = 1;
    yaml_node_t *node = yaml_document_get_root_node(document);
    if (step >= 0) {
        node = find_value(document, node, "steps", &line);
        if (!node || node->type != YAML_SEQUENCE_NODE ||
            node->data.sequence.items.start + step >= node->data.sequence.items.top)
            return line;
        node = yaml_document_get_node(document, node->data.sequence.items.start[step]);
        line = node->start_mark.line + 1;
    }
    for (; *keys && node; keys++)
        node = find_value(document, node, *keys, &line);
    return line;
}

/* ---- one line ---------------------------------------------------------------------- */

struct loading {
    const char *path;
    char *text;
    size_t len;
    yaml_document_t document;
    bool has_document;
    char *error;
};

__attribute__((format(printf, 3, 4))) static int refuse(const struct loading *l, size_t line,
                                                        const char *format, ...)
{
    va_list args;
    int n = snprintf(l->error, SCENARIO_ERROR_BYTES, "%s:%zu: ", l->path, line);
    if (n < 0 || n >= SCENARIO_ERROR_BYTES)
        return -EINVAL;
    va_start(args, format);
    vsnprintf(l->error + n, SCENARIO_ERROR_BYTES - (size_t)n, format, args);
    va_end(args);
    return -EINVAL;
}

static const char *after_colon(const char *text)
{
    const char *colon = strstr(text, ": ");
    return colon ? colon + 2 : "";
}

/* The mapping in which an unknown or a missing key was. */
static const char *enclosing(const struct trouble *t, bool is_missing)
{
    /* Of a missing one, the backtrace begins with the field that was read last. */
    size_t i = 0;
    if (t->n_keys && (is_missing || !t->keys[0][0]))
        i = 1;
    return i < t->n_keys ? t->keys[i] : "";
}

static int refuse_trouble(struct loading *l, const struct trouble *t, cyaml_err_t problem)
{
    char keys[200];
    const char *key = t->n_keys ? t->keys[0] : "";
    if (problem == CYAML_ERR_OOM)
        return -ENOMEM;
    if (problem == CYAML_ERR_INVALID_KEY) {
        const char *unknown = after_colon(t->what);
        size_t line = find_key_from(&l->document, unknown, t->line);
        schema_list_keys(enclosing(t, false), keys, sizeof keys);
        return refuse(l, line ? line : t->line, "%s: no such key; expected one of %s", unknown,
                      keys);
    }
    if (problem == CYAML_ERR_MAPPING_FIELD_MISSING) {
        const char *missing = after_colon(t->what), *expects = schema_expects(missing);
        const char *where = enclosing(t, true);
        return refuse(l, t->line ? t->line : 1, "%s: missing%s%s; expected %s", missing,
                      where[0] ? " in " : "", where, expects ? expects : "a value");
    }
    const char *expects = schema_expects(key);
    if (expects)
        return refuse(l, t->line, "%s: expected %s", key, expects);
    return refuse(l, t->line ? t->line : 1, "expected a mapping with title, run and steps (%s)",
                  t->what[0] ? t->what : cyaml_strerror(problem));
}

/* ---- what a schema cannot say ------------------------------------------------------ */

static bool parse_time(const char *text, int64_t *ns)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    long n = strtol(text, &end, 10);
    int64_t unit_ns = strcmp(end, "ms") == 0 ? 1000000 : strcmp(end, "s") == 0 ? 1000000000 : 0;
    if (errno || n < 1 || n > 600000 || !unit_ns || n > INT64_C(600000000000) / unit_ns)
        return false;
    *ns = n * unit_ns;
    return true;
}

static bool parse_fill(struct wanted_pipe *pipe)
{
    static const struct {
        const char *word;
        enum wanted_fill kind;
    } words[] = {{"empty", FILL_EMPTY}, {"some", FILL_SOME}, {"full", FILL_FULL}};
    pipe->fill_kind = FILL_ANY;
    if (!pipe->fill)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(pipe->fill, words[i].word) == 0) {
            pipe->fill_kind = words[i].kind;
            return true;
        }
    char *end;
    errno = 0;
    pipe->fill_bytes = strtoll(pipe->fill, &end, 10);
    pipe->fill_kind = FILL_BYTES;
    return !errno && !*end && pipe->fill[0] >= '0' && pipe->fill[0] <= '9';
}

static bool parse_signal(struct wanted_exit *wanted)
{
    wanted->signal_number = 0;
    if (!wanted->signal)
        return true;
    const char *name = strncmp(wanted->signal, "SIG", 3) == 0 ? wanted->signal + 3 : wanted->signal;
    for (int i = 1; i < NSIG; i++) {
        const char *known = sigabbrev_np(i);
        if (known && strcmp(known, name) == 0)
            wanted->signal_number = i;
    }
    return wanted->signal_number != 0;
}

/* A mapping's key whose value is wrong. */
static int refuse_at(struct loading *l, int step, const char *a, const char *b, const char *c)
{
    const char *const keys[] = {a, b, c, NULL};
    const char *last = c ? c : b ? b : a;
    return refuse(l, find_line(&l->document, step, keys), "%s: expected %s", last,
                  schema_expects(last));
}

static bool is_subject(const char *show)
{
    static const char *const subjects[] = {"pipes", "memory", "switches", "timeline", "detail"};
    for (size_t i = 0; i < sizeof subjects / sizeof *subjects; i++)
        if (strcmp(show, subjects[i]) == 0)
            return true;
    return false;
}

static int check_until(struct loading *l, int step, struct until *until)
{
    if (!until->process && !until->exited && !until->pipe && !until->switches && !until->pages &&
        !until->line)
        return refuse_at(l, step, "until", NULL, NULL);
    if (until->exited) {
        if (until->exited->status && *until->exited->status > 255)
            return refuse_at(l, step, "until", "exited", "status");
        if (!parse_signal(until->exited))
            return refuse_at(l, step, "until", "exited", "signal");
    }
    struct wanted_pipe *pipe = until->pipe;
    if (pipe) {
        if (!pipe->writer && !pipe->reader && !pipe->fill && !pipe->blocked)
            return refuse_at(l, step, "until", "pipe", NULL);
        if (!parse_fill(pipe))
            return refuse_at(l, step, "until", "pipe", "fill");
    }
    if (until->switches && !until->switches->voluntary && !until->switches->involuntary)
        return refuse_at(l, step, "until", "switches", NULL);
    if (until->pages && !until->pages->private_pages && !until->pages->shared_pages)
        return refuse_at(l, step, "until", "pages", NULL);
    return 0;
}

static int check_step(struct loading *l, int i, struct scenario_step *step)
{
    step->within_ns = SCENARIO_WITHIN_NS;
    if (step->within && !parse_time(step->within, &step->within_ns))
        return refuse_at(l, i, "within", NULL, NULL);
    if (step->show && !is_subject(step->show))
        return refuse_at(l, i, "show", NULL, NULL);
    return step->until ? check_until(l, i, step->until) : 0;
}

static int check(struct loading *l, struct scenario *s)
{
    if (s->show && !is_subject(s->show))
        return refuse_at(l, -1, "show", NULL, NULL);
    if (!s->run[0][0])
        return refuse_at(l, -1, "run", NULL, NULL);
    for (unsigned i = 0; i < s->n_steps; i++) {
        int error = check_step(l, (int)i, &s->steps[i]);
        if (error)
            return error;
    }
    return 0;
}

/* ---- the file --------------------------------------------------------------------- */

static const cyaml_config_t quiet = {.mem_fn = cyaml_mem};

static int read_file(struct loading *l)
{
    FILE *in = fopen(l->path, "re");
    if (!in)
        return -errno;
    int error = 0;
    l->text = malloc(LONGEST_FILE + 1);
    if (!l->text)
        error = -ENOMEM;
    else
        l->len = fread(l->text, 1, LONGEST_FILE + 1, in);
    if (!error && ferror(in))
        error = errno ? -errno : -EIO;
    if (!error && l->len > LONGEST_FILE)
        error = -EFBIG;
    fclose(in);
    return error;
}

/* exec wants a NULL at the end. */
static int end_arguments(struct scenario *s)
{
    char **run = cyaml_mem(NULL, s->run, (s->n_run + 1) * sizeof *run);
    if (!run)
        return -ENOMEM;
    run[s->n_run] = NULL;
    s->run = run;
    return 0;
}

static int load(struct loading *l, struct scenario **scenario)
{
    struct trouble trouble = {0};
    char problem[120];
    size_t line = 1;
    l->has_document = parse_document(l->text, l->len, &l->document, problem, sizeof problem, &line);
    if (!l->has_document)
        return refuse(l, line, "no YAML: %s; expected a mapping with title, run and steps",
                      problem);
    cyaml_config_t config = quiet;
    config.log_fn = take_log;
    config.log_ctx = &trouble;
    config.log_level = CYAML_LOG_ERROR;
    config.flags = CYAML_CFG_NO_ALIAS;
    cyaml_err_t bad = cyaml_load_data((const uint8_t *)l->text, l->len, &config, &scenario_schema,
                                      (cyaml_data_t **)scenario, NULL);
    if (bad)
        return refuse_trouble(l, &trouble, bad);
    if (!*scenario)
        return refuse(l, 1, "title: missing; expected a mapping with title, run and steps");
    int error = end_arguments(*scenario);
    return error ? error : check(l, *scenario);
}

int scenario_load(const char *path, struct scenario **scenario, char error[SCENARIO_ERROR_BYTES])
{
    struct loading l = {.path = path, .error = error};
    struct scenario *loaded = NULL;
    error[0] = '\0';
    int rc = read_file(&l);
    if (!rc)
        rc = load(&l, &loaded);
    if (l.has_document)
        yaml_document_delete(&l.document);
    free(l.text);
    if (rc)
        scenario_free(loaded);
    else
        *scenario = loaded;
    return rc;
}

void scenario_free(struct scenario *scenario)
{
    if (scenario)
        cyaml_free(&quiet, &scenario_schema, scenario, 0);
}
