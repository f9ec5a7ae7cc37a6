#include "scenario/match.h"

#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct scenario *load_until(const char *until)
{
    char path[] = "/tmp/proclab-scenario.XXXXXX", error[SCENARIO_ERROR_BYTES];
    struct scenario *s = NULL;
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    dprintf(fd, "title: t\nrun: [sh]\nsteps: [{say: x, until: {%s}}]\n", until);
    close(fd);
    int rc = scenario_load(path, &s, error);
    unlink(path);
    cr_assert(eq(int, rc, 0), "%s", error);
    return s;
}

#define FULL                                                                                       \
    "snap time_ms=1000 root=10 adopter=1; pipe a fill=48000 cap=65536;"                            \
    "10 1 sh wait; 11 10 yes write(1) 1>a; 12 10 head tty 0<a"
#define EMPTY                                                                                      \
    "snap time_ms=1000 root=10; pipe a fill=0 cap=65536;"                                          \
    "10 1 sh tty 4>a; 11 10 cat read(0) 0<a"

static const struct {
    const char *until, *before, *now, *text;
    bool is_true;
    const char *instead; /* part of it */
} table[] = {
    {"process: {name: \"yes\"}", NULL, FULL, NULL, true, NULL},
    {"process: {name: \"no\"}", NULL, FULL, NULL, false,
     "expected a process no; seen: sh 10 (S wait), yes 11 (S pipe write), head 12 (S tty)"},
    {"process: {name: ye}", NULL, FULL, NULL, false, NULL},
    {"process: {name: \"yes\", waits_in: pipe write, parent: sh}", NULL, FULL, NULL, true, NULL},
    {"process: {name: \"yes\", waits_in: pipe read}", NULL, FULL, NULL, false, "in pipe read"},
    {"process: {name: \"yes\", parent: head}", NULL, FULL, NULL, false, "child of head"},
    {"process: {name: \"yes\", state: sleeping}", NULL, FULL, NULL, true, NULL},
    {"process: {name: \"yes\", state: running}", NULL, FULL, NULL, false, "state R"},
    {"process: {name: \"yes\", count: 2}", NULL, FULL, NULL, false, "expected 2 of process yes"},
    {"process: {name: \"yes\", count: 1}", NULL, FULL, NULL, true, NULL},
    {"process: {name: \"yes\", count: 0}", NULL, FULL, NULL, false, NULL},
    {"process: {name: \"no\", count: 0}", NULL, FULL, NULL, true, NULL},
    {"process: {name: a, threads: 2}", NULL, "10 1 a +10:sleep +11:read(3)", NULL, true, NULL},
    {"process: {name: a, threads: 3}", NULL, "10 1 a +10:sleep +11:run", NULL, false, "2 threads"},
    {"process: {name: a, waits_in: futex}", NULL, "10 1 a sleep +10:sleep +11:futex", NULL, true,
     NULL},
    {"process: {name: a, zombie: true}", NULL, "10 1 b; 11 10 a zombie=768", NULL, true, NULL},
    {"process: {name: a, zombie: true}", NULL, "10 1 b; 11 10 a sleep", NULL, false, "a zombie"},
    {"process: {name: a, zombie: false}", NULL, "10 1 b; 11 10 a zombie=768", NULL, false, NULL},
    {"exited: {name: a, status: 3}", NULL, "10 1 b; 11 10 a zombie=768", NULL, true, NULL},
    {"exited: {name: a, status: 4}", NULL, "10 1 b; 11 10 a zombie=768", NULL, false,
     "with status 4; seen to end: a 11 ("},
    {"exited: {name: a, signal: PIPE}", NULL, "10 1 b; 11 10 a zombie=13", NULL, true, NULL},
    {"exited: {name: a, signal: SIGPIPE}", NULL, "10 1 b; 11 10 a zombie=9", NULL, false,
     "by SIGPIPE"},
    {"exited: {name: a}", "snap time_ms=1000; 10 1 b; 11 10 a sleep",
     "snap time_ms=1100; 10 1 b wait", NULL, true, NULL},
    {"exited: {name: a}", NULL, "10 1 b; 11 10 a sleep", NULL, false, "seen to end: nobody"},
    /* Its status is not known: nobody saw it as a zombie. */
    {"exited: {name: a, status: 0}", "snap time_ms=1000; 10 1 b; 11 10 a sleep",
     "snap time_ms=1100; 10 1 b wait", NULL, false, "status unknown"},
    {"exited: {name: quick}", "snap time_ms=1000; 10 1 b",
     "snap time_ms=1100 perf; 10 1 b wait; fork 10 11 time_ms=1010; exec 11 quick time_ms=1020;"
     " exit 11 -1 time_ms=1030",
     NULL, true, NULL},
    {"process: {name: a, count: 0}", "snap time_ms=1000; 10 1 b; 11 10 a sleep",
     "snap time_ms=1100; 10 1 b wait", NULL, true, NULL},
    {"process: {name: a, orphan: true}", "snap time_ms=1000 adopter=1 root=1; 10 1 b; 11 10 a",
     "snap time_ms=1100 adopter=1 root=1; 11 1 a", NULL, true, NULL},
    {"process: {name: a, orphan: true}", NULL,
     "snap time_ms=1000 adopter=1 root=1; 10 1 b; 11 10 a", NULL, false, "an orphan"},
    {"pipe: {writer: \"yes\", reader: head, fill: full, blocked: writer}", NULL, FULL, NULL, true,
     NULL},
    {"pipe: {writer: \"yes\", fill: 48000}", NULL, FULL, NULL, true, NULL},
    {"pipe: {writer: \"yes\", fill: 65536}", NULL, FULL, NULL, false,
     "fill 65536; seen: yes blocked > head (48000 bytes, full)"},
    {"pipe: {writer: head}", NULL, FULL, NULL, false, "expected a pipe from head"},
    {"pipe: {reader: \"yes\"}", NULL, FULL, NULL, false, NULL},
    {"pipe: {fill: empty}", NULL, FULL, NULL, false, NULL},
    {"pipe: {fill: some}", NULL, FULL, NULL, true, NULL},
    {"pipe: {blocked: reader}", NULL, FULL, NULL, false, "reader blocked"},
    {"pipe: {blocked: nobody}", NULL, FULL, NULL, false, NULL},
    {"pipe: {writer: sh, reader: cat, fill: empty, blocked: reader}", NULL, EMPTY, NULL, true,
     NULL},
    {"pipe: {fill: full}", NULL, EMPTY, NULL, false, "cat blocked (0 bytes"},
    {"pipe: {fill: some}", NULL, EMPTY, NULL, false, NULL},
    {"pipe: {fill: empty}", NULL, "10 1 a", NULL, false, "seen: no pipe"},
    {"switches: {name: a, involuntary: 20}", NULL, "10 1 a invol=20; 11 1 a invol=30", NULL, true,
     NULL},
    {"switches: {name: a, involuntary: 20}", NULL, "10 1 a vol=99 invol=20; 11 1 a invol=19", NULL,
     false, "11: "},
    {"switches: {name: a, voluntary: 5}", NULL, "10 1 a vol=4", NULL, false, "10: 4 and"},
    {"switches: {name: a, voluntary: 5}", NULL, "10 1 a", NULL, false, NULL}, /* unknown */
    {"switches: {name: a, voluntary: 0}", NULL, "10 1 b", NULL, false, "no such process"},
    {"line: status 3", NULL, "10 1 a", "one\nstatus 3\n", true, NULL},
    {"line: status 4", NULL, "10 1 a", "one\nstatus 3\n\n", false,
     "the last one seen is 'status 3'"},
    {"line: status 4", NULL, "10 1 a", NULL, false, "nothing was printed"},
    {"process: {name: a}, line: x", NULL, "10 1 a", "y", false, "expected the line 'x'"},
};

Test(match, table, .timeout = 30)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct scenario *s = load_until(table[i].until);
        struct history *h = history_new(1 << 20);
        struct moment m;
        char line[400];
        if (table[i].before)
            cr_assert(eq(int, history_push(h, build_snapshot(table[i].before)), 0));
        cr_assert(eq(int, history_push(h, build_snapshot(table[i].now)), 0));
        cr_assert(eq(int, history_moment(h, history_count(h) - 1, &m), 0));
        const struct until *until = s->steps[0].until;
        bool is_true = match_until(until, &m, table[i].text);
        cr_expect(is_true == table[i].is_true, "%s, of %s", table[i].until, table[i].now);
        if (!is_true) {
            match_explain(until, &m, table[i].text, line, sizeof line);
            cr_expect(line[0] != '\0' && (!table[i].instead || strstr(line, table[i].instead)),
                      "%s: '%s'", table[i].until, line);
        }
        moment_fini(&m);
        history_free(h);
        scenario_free(s);
    }
}

static const struct {
    const char *until, *now;
    pid_t pid;
} spotlights[] = {
    {"process: {name: head}", FULL, 12},
    {"process: {name: \"yes\", waits_in: tty}", FULL, 0},
    {"pipe: {writer: \"yes\"}, process: {name: head}", FULL, 11},
    {"pipe: {reader: head}", FULL, 12},
    {"pipe: {fill: full}", FULL, 11},
    {"pipe: {fill: empty}, process: {name: sh}", FULL, 10},
    {"line: x", FULL, 0},
};

Test(match, spotlight, .timeout = 20)
{
    for (size_t i = 0; i < sizeof spotlights / sizeof *spotlights; i++) {
        struct scenario *s = load_until(spotlights[i].until);
        struct history *h = history_new(1 << 20);
        struct moment m;
        cr_assert(eq(int, history_push(h, build_snapshot(spotlights[i].now)), 0));
        cr_assert(eq(int, history_moment(h, 0, &m), 0));
        cr_expect(eq(int, match_spotlight(s->steps[0].until, &m), spotlights[i].pid), "%s",
                  spotlights[i].until);
        moment_fini(&m);
        history_free(h);
        scenario_free(s);
    }
}

/* The pages of one process: so many private ones, so many shared. */
static bool matches_pages(const char *until, enum obtained obtained, char *line, size_t len)
{
    struct scenario *s = load_until(until);
    struct history *h = history_new(1 << 20);
    struct moment m;
    struct snapshot *snapshot = snapshot_new();
    build_more(snapshot, "snap time_ms=1000; 10 1 a");
    struct region *r = snapshot_add_region(snapshot, 10);
    r->bytes = 8 * 4096;
    r->obtained = obtained;
    r->private_pages = 3;
    r->shared_pages = 5;
    cr_assert(snapshot_add_cells(snapshot, 8) != NULL);
    snapshot_finish(snapshot);
    cr_assert(eq(int, history_push(h, snapshot), 0));
    cr_assert(eq(int, history_moment(h, 0, &m), 0));
    const struct until *u = s->steps[0].until;
    bool is_true = match_until(u, &m, NULL);
    if (!is_true)
        match_explain(u, &m, NULL, line, len);
    bool is_there = strstr(until, "name: a") != NULL;
    cr_expect(eq(int, match_pages_pid(u, &m), is_there ? 10 : 0));
    moment_fini(&m);
    history_free(h);
    scenario_free(s);
    return is_true;
}

Test(match, pages, .timeout = 10)
{
    char line[200] = "";
    size_t n = sizeof line;
    cr_expect(matches_pages("pages: {name: a, private: 3, shared: 5}", OBTAINED_EXACT, line, n));
    cr_expect(matches_pages("pages: {name: a, shared: 5}", OBTAINED_EXACT, line, n));
    cr_expect(not(matches_pages("pages: {name: a, private: 4}", OBTAINED_EXACT, line, n)));
    cr_expect(strstr(line, "4 private pages; seen: 10: 3 private, 5 shared") != NULL, "'%s'", line);
    cr_expect(not(matches_pages("pages: {name: a, private: 3}", OBTAINED_ESTIMATE, line, n)));
    cr_expect(not(matches_pages("pages: {name: b, private: 3}", OBTAINED_EXACT, line, n)));
    cr_expect(strstr(line, "no such process's pages") != NULL, "'%s'", line);
}

Test(match, a_line_too_long_is_cut, .timeout = 10)
{
    struct scenario *s = load_until("process: {name: nobody}");
    struct history *h = history_new(1 << 20);
    struct moment m;
    char line[20];
    history_push(h, build_snapshot(FULL));
    cr_assert(eq(int, history_moment(h, 0, &m), 0));
    match_explain(s->steps[0].until, &m, NULL, line, sizeof line);
    cr_expect(strcmp(line, "expected a process ") == 0, "'%s'", line);
    moment_fini(&m);
    history_free(h);
    scenario_free(s);
}
