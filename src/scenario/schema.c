#include "scenario/schema.h"

#include "model/snapshot.h"
#include "scenario/scenario.h"

#include <stdio.h>
#include <string.h>

enum { LONGEST_TEXT = 2000, MOST_STEPS = 100, MOST_ARGUMENTS = 100 };

#define TEXT(key, st, member)                                                                      \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER, st, member, 1, LONGEST_TEXT)
#define MAY_TEXT(key, st, member)                                                                  \
    CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, st, member, 1,           \
                           LONGEST_TEXT)
#define MAY_COUNT(key, st, member)                                                                 \
    CYAML_FIELD_UINT_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, st, member)
#define MAY_BE(key, st, member)                                                                    \
    CYAML_FIELD_BOOL_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, st, member)
#define MAY_WORD(key, st, member, words)                                                           \
    CYAML_FIELD_ENUM_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, st,    \
                         member, words, CYAML_ARRAY_LEN(words))
#define MAY_MAP(key, st, member, fields)                                                           \
    CYAML_FIELD_MAPPING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, st, member, fields)

static const cyaml_strval_t states[] = {
    {"running", 'R'}, {"sleeping", 'S'}, {"disk", 'D'}, {"stopped", 'T'}, {"zombie", 'Z'},
};

/* The words of wait_kind_name(). */
static const cyaml_strval_t waits[] = {
    {"pipe read", WAIT_PIPE_READ}, {"pipe write", WAIT_PIPE_WRITE},
    {"wait", WAIT_CHILD},          {"futex", WAIT_FUTEX},
    {"poll", WAIT_POLL},           {"sleep", WAIT_SLEEP},
    {"socket", WAIT_SOCKET},       {"tty", WAIT_TTY},
    {"signal", WAIT_SIGNAL},       {"other", WAIT_OTHER},
};

static const cyaml_strval_t ends[] = {
    {"writer", BLOCKED_WRITER},
    {"reader", BLOCKED_READER},
    {"nobody", BLOCKED_NOBODY},
};

static const cyaml_schema_field_t process_fields[] = {
    TEXT("name", struct wanted_process, name),
    MAY_WORD("state", struct wanted_process, state, states),
    MAY_WORD("waits_in", struct wanted_process, waits_in, waits),
    MAY_COUNT("count", struct wanted_process, count),
    MAY_COUNT("threads", struct wanted_process, threads),
    MAY_TEXT("parent", struct wanted_process, parent),
    MAY_BE("zombie", struct wanted_process, zombie),
    MAY_BE("orphan", struct wanted_process, orphan),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t exited_fields[] = {
    TEXT("name", struct wanted_exit, name),
    MAY_COUNT("status", struct wanted_exit, status),
    MAY_TEXT("signal", struct wanted_exit, signal),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t pipe_fields[] = {
    MAY_TEXT("writer", struct wanted_pipe, writer),
    MAY_TEXT("reader", struct wanted_pipe, reader),
    MAY_TEXT("fill", struct wanted_pipe, fill),
    MAY_WORD("blocked", struct wanted_pipe, blocked, ends),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t switches_fields[] = {
    TEXT("name", struct wanted_switches, name),
    MAY_COUNT("voluntary", struct wanted_switches, voluntary),
    MAY_COUNT("involuntary", struct wanted_switches, involuntary),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t pages_fields[] = {
    TEXT("name", struct wanted_pages, name),
    MAY_COUNT("private", struct wanted_pages, private_pages),
    MAY_COUNT("shared", struct wanted_pages, shared_pages),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t until_fields[] = {
    MAY_MAP("process", struct until, process, process_fields),
    MAY_MAP("exited", struct until, exited, exited_fields),
    MAY_MAP("pipe", struct until, pipe, pipe_fields),
    MAY_MAP("switches", struct until, switches, switches_fields),
    MAY_MAP("pages", struct until, pages, pages_fields),
    MAY_TEXT("line", struct until, line),
    CYAML_FIELD_END,
};

static const cyaml_schema_field_t step_fields[] = {
    TEXT("say", struct scenario_step, say),
    MAY_TEXT("send", struct scenario_step, send),
    MAY_TEXT("show", struct scenario_step, show),
    MAY_MAP("until", struct scenario_step, until, until_fields),
    MAY_TEXT("within", struct scenario_step, within),
    CYAML_FIELD_END,
};

static const cyaml_schema_value_t step = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct scenario_step, step_fields)};
static const cyaml_schema_value_t argument = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 0, LONGEST_TEXT)};

static const cyaml_schema_value_t program = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, LONGEST_TEXT)};

static const cyaml_schema_field_t file_fields[] = {
    TEXT("title", struct scenario, title),
    MAY_COUNT("lab", struct scenario, lab),
    CYAML_FIELD_SEQUENCE_COUNT("run", CYAML_FLAG_POINTER, struct scenario, run, n_run, &argument, 1,
                               MOST_ARGUMENTS),
    CYAML_FIELD_SEQUENCE_COUNT("needs", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct scenario,
                               needs, n_needs, &program, 1, MOST_ARGUMENTS),
    MAY_TEXT("show", struct scenario, show),
    CYAML_FIELD_SEQUENCE_COUNT("steps", CYAML_FLAG_POINTER, struct scenario, steps, n_steps, &step,
                               1, MOST_STEPS),
    CYAML_FIELD_END,
};

const cyaml_schema_value_t scenario_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct scenario, file_fields)};

static const struct {
    const char *mapping;
    const cyaml_schema_field_t *fields;
} mappings[] = {
    {"", file_fields},
    {"steps", step_fields},
    {"until", until_fields},
    {"process", process_fields},
    {"exited", exited_fields},
    {"pipe", pipe_fields},
    {"switches", switches_fields},
    {"pages", pages_fields},
};

static const struct {
    const char *key, *expects;
} expectations[] = {
    {"title", "a text"},
    {"lab", "a lab's number"},
    {"run", "a list: the program and its arguments"},
    {"needs", "a list of programs"},
    {"show", "pipes, memory, switches, timeline or detail"},
    {"steps", "a list of 1 to 100 steps"},
    {"say", "a text"},
    {"send", "a text, as \"\\n\""},
    {"until", "a mapping of what is to be seen"},
    {"within", "a time from 1ms to 600s, as 500ms or 3s"},
    {"process", "a mapping with a name"},
    {"exited", "a mapping with a name"},
    {"pipe", "a mapping with writer, reader, fill or blocked"},
    {"switches", "a mapping with a name, and voluntary or involuntary"},
    {"pages", "a mapping with a name, and private or shared"},
    {"private", "a whole number"},
    {"shared", "a whole number"},
    {"line", "a text"},
    {"name", "a text of 1 to 63 bytes: the kernel's name of a process"},
    {"state", "running, sleeping, disk, stopped or zombie"},
    {"waits_in", "pipe read, pipe write, wait, futex, poll, sleep, socket, tty, signal or other"},
    {"count", "a whole number"},
    {"threads", "a whole number"},
    {"parent", "the name of a process"},
    {"zombie", "true or false"},
    {"orphan", "true or false"},
    {"status", "a whole number from 0 to 255"},
    {"signal", "a signal's name, as SIGPIPE"},
    {"writer", "the name of a process"},
    {"reader", "the name of a process"},
    {"fill", "empty, some, full, or bytes as a whole number"},
    {"blocked", "writer, reader or nobody"},
    {"voluntary", "a whole number"},
    {"involuntary", "a whole number"},
};

const char *schema_expects(const char *key)
{
    for (size_t i = 0; i < CYAML_ARRAY_LEN(expectations); i++)
        if (strcmp(key, expectations[i].key) == 0)
            return expectations[i].expects;
    return NULL;
}

void schema_list_keys(const char *mapping, char *text, size_t len)
{
    int n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < CYAML_ARRAY_LEN(mappings); i++) {
        if (strcmp(mapping, mappings[i].mapping) != 0)
            continue;
        for (const cyaml_schema_field_t *f = mappings[i].fields; f->key; f++)
            if (n >= 0 && (size_t)n < len)
                n += snprintf(text + n, len - (size_t)n, "%s%s", n ? ", " : "", f->key);
    }
}
