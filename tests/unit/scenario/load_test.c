#include "scenario/scenario.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEAD "title: t\nrun: [sh]\n"

/* Loads it as a file of its own; the error without the file's path, which must be in front. */
static int load(const char *yaml, struct scenario **s, char error[SCENARIO_ERROR_BYTES])
{
    char path[] = "/tmp/proclab-scenario.XXXXXX", line[SCENARIO_ERROR_BYTES];
    int fd = mkstemp(path);
    cr_assert(fd >= 0 && write(fd, yaml, strlen(yaml)) == (ssize_t)strlen(yaml));
    close(fd);
    int rc = scenario_load(path, s, line);
    unlink(path);
    size_t n = strlen(path);
    if (line[0])
        cr_assert(strncmp(line, path, n) == 0 && line[n] == ':', "no path in '%s'", line);
    snprintf(error, SCENARIO_ERROR_BYTES, "%s", line[0] ? line + n + 1 : "");
    return rc;
}

static const struct {
    const char *name, *yaml, *error;
} table[] = {
    {"nothing", "", "1: title: missing; expected a mapping with title, run and steps"},
    {"a list", "- a\n", "1: expected a mapping with title, run and steps"},
    {"no YAML", HEAD "steps: [\n", "no YAML"},
    {"an unknown key, on its own line", HEAD "\nbogus: 1\nsteps: [{say: x}]\n",
     "4: bogus: no such key; expected one of title, lab, run, needs, show, steps"},
    {"an unknown key of a step", HEAD "steps:\n  - say: x\n    untill: {line: a}\n",
     "5: untill: no such key; expected one of say, send, show, until, within"},
    {"an observation that is not there",
     HEAD "steps:\n  - say: x\n    until:\n      line: a\n      sockets: {name: b}\n",
     "7: sockets: no such key; expected one of process, exited, pipe, switches, pages, line"},
    {"no say", HEAD "steps:\n  - send: x\n", "say: missing in steps; expected a text"},
    {"no title", "run: [sh]\nsteps: [{say: x}]\n", "title: missing; expected a text"},
    {"no name", HEAD "steps:\n  - say: x\n    until: {process: {count: 3}}\n",
     "5: name: missing in process; expected a text"},
    {"run is a text", "title: t\nrun: sh\nsteps: [{say: x}]\n",
     "2: run: expected a list: the program and its arguments"},
    {"needs is a text", HEAD "needs: nginx\nsteps: [{say: x}]\n",
     "3: needs: expected a list of programs"},
    {"no step", HEAD "steps: []\n", "3: steps: expected a list of 1 to 100 steps"},
    {"a wrong number", HEAD "steps:\n  - say: x\n    until: {process: {name: a, count: lots}}\n",
     "5: count: expected a whole number"},
    {"a wrong word",
     HEAD "steps:\n  - say: x\n    until:\n      process:\n        name: a\n"
          "        waits_in: pipes\n",
     "8: waits_in: expected pipe read, pipe write, wait"},
    {"a wrong time, in the second step",
     HEAD "steps:\n  - say: x\n    within: 3s\n  - say: y\n    within: 3 s\n",
     "7: within: expected a time from 1ms to 600s"},
    {"a time too long", HEAD "steps:\n  - say: x\n    within: 601s\n", "5: within: expected"},
    {"a wrong fill", HEAD "steps:\n  - say: x\n    until:\n      pipe:\n        fill: fully\n",
     "7: fill: expected empty, some, full, or bytes"},
    {"a wrong signal",
     HEAD "steps:\n  - say: x\n    until:\n      exited:\n        name: a\n"
          "        signal: SIGPIP\n",
     "8: signal: expected a signal's name"},
    {"a wrong subject", HEAD "show: pips\nsteps: [{say: x}]\n", "3: show: expected pipes, memory"},
    {"nothing awaited", HEAD "steps:\n  - say: x\n    until: {}\n", "5: until: expected a mapping"},
};

Test(scenario_load, an_error_is_one_line_with_line_key_and_what_was_expected, .timeout = 20)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct scenario *s = NULL;
        char error[SCENARIO_ERROR_BYTES];
        int rc = load(table[i].yaml, &s, error);
        cr_expect(eq(int, rc, -EINVAL), "%s", table[i].name);
        cr_expect(strstr(error, table[i].error) && !strchr(error, '\n'), "%s: '%s'", table[i].name,
                  error);
        cr_expect(s == NULL);
    }
}

Test(scenario_load, a_whole_one, .timeout = 20)
{
    struct scenario *s = NULL;
    char error[SCENARIO_ERROR_BYTES];
    int rc = load("title: t\nlab: 3\nrun: [sh, -c, \"yes\"]\nneeds: [a, b]\nshow: pipes\nsteps:\n"
                  "  - say: x\n    send: \"\\n\"\n    within: 1500ms\n"
                  "    until: {pipe: {writer: \"yes\", fill: 48000, blocked: writer},"
                  " exited: {name: a, signal: PIPE}, process: {name: b, count: 0, zombie: true}}\n"
                  "  - say: y\n",
                  &s, error);
    cr_assert(eq(int, rc, 0), "%s", error);
    cr_expect(strcmp(s->run[2], "yes") == 0);
    cr_expect(s->run[3] == NULL && s->lab[0] == 3);
    cr_expect(s->n_needs == 2 && strcmp(s->needs[1], "b") == 0);
    cr_assert(eq(uint, s->n_steps, 2));
    const struct scenario_step *step = &s->steps[0];
    cr_expect(step->within_ns == 1500000000 && strcmp(step->send, "\n") == 0);
    cr_expect(step->until->pipe->fill_kind == FILL_BYTES && step->until->pipe->fill_bytes == 48000);
    cr_expect(step->until->exited->signal_number == 13);
    cr_expect(step->until->process->count[0] == 0 && step->until->process->zombie[0]);
    cr_expect(s->steps[1].until == NULL && s->steps[1].within_ns == SCENARIO_WITHIN_NS);
    scenario_free(s);
}

Test(scenario_load, a_file_that_is_not_there, .timeout = 20)
{
    struct scenario *s = NULL;
    char error[SCENARIO_ERROR_BYTES];
    cr_expect(eq(int, scenario_load("/nonexistent/a.yaml", &s, error), -ENOENT));
    cr_expect(error[0] == '\0');
}
