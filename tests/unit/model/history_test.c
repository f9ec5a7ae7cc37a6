#include "model/history.h"
#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <float.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PLENTY (64u << 20)

static void push(struct history *h, const char *text)
{
    cr_assert(eq(int, history_push(h, build_snapshot(text)), 0));
}

/* A history of these looks; the moment of the last. */
static struct history *history_of(const char *const *looks, size_t n, struct moment *m)
{
    struct history *h = history_new(PLENTY);
    for (size_t i = 0; i < n; i++)
        push(h, looks[i]);
    cr_assert(eq(int, history_moment(h, n - 1, m), 0));
    return h;
}

#define HISTORY(m, ...)                                                                            \
    history_of((const char *const[]){__VA_ARGS__},                                                 \
               sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *), m)

static void end(struct history *h, struct moment *m)
{
    moment_fini(m);
    history_free(h);
}

/* Rows as text: depth in blanks, PID, marks (n e o x), '=' and the status where it is known. */
static const char *draw_rows(const struct moment *m)
{
    static char text[1024];
    FILE *f = fmemopen(text, sizeof text, "w");
    for (size_t i = 0; i < m->n_rows; i++) {
        const struct moment_row *row = &m->rows[i];
        cr_assert(row->parent == TREE_NONE || row->parent < i);
        fprintf(f, "%*s%d%s%s%s%s", (int)row->depth, "", (int)row->process->pid,
                row->marks & MARK_NEW ? "n" : "", row->marks & MARK_EXEC ? "e" : "",
                row->marks & MARK_ORPHAN ? "o" : "", row->marks & MARK_EXITED ? "x" : "");
        if (row->exit_status != -1)
            fprintf(f, "=%d", row->exit_status);
        fputc(i + 1 < m->n_rows ? ' ' : '\0', f);
    }
    fputc('\0', f);
    fclose(f);
    return text;
}

static void expect_rows(const char *name, const struct moment *m, const char *wanted)
{
    const char *drawn = draw_rows(m);
    cr_expect(strcmp(drawn, wanted) == 0, "%s: '%s', not '%s'", name, drawn, wanted);
}

/* ---- rows and marks ---------------------------------------------------------------------- */

static const struct {
    const char *name, *looks[5], *rows; /* of the last look */
} marks[] = {
    {"the first look's are not new", {"snap time_ms=5000; 1 0 a; 2 1 b"}, "1  2"},
    {"new", {"snap time_ms=0; 1 0 a", "snap time_ms=50; 1 0 a; 2 1 b"}, "1  2n"},
    {"new for less than 4 s",
     {"snap time_ms=0; 1 0 a", "snap time_ms=50; 1 0 a; 2 1 b", "snap time_ms=4049; 1 0 a; 2 1 b"},
     "1  2n"},
    {"and then no more",
     {"snap time_ms=0; 1 0 a", "snap time_ms=50; 1 0 a; 2 1 b", "snap time_ms=4050; 1 0 a; 2 1 b"},
     "1  2"},
    {"exec'ed",
     {"snap time_ms=0; 1 0 a; 2 1 sh args=sh", "snap time_ms=50; 1 0 a; 2 1 yes args=yes"},
     "1  2e"},
    {"exited: below the parent it had, status unknown",
     {"snap time_ms=0; 1 0 a; 2 1 b; 3 1 c", "snap time_ms=50; 1 0 a; 3 1 c"},
     "1  2x  3"},
    {"its status known from the zombie",
     {"snap time_ms=0; 1 0 a; 2 1 b", "snap time_ms=50; 1 0 a; 2 1 b zombie=256",
      "snap time_ms=100; 1 0 a"},
     "1  2x=256"},
    {"a zombie is a row of its own, and not exited yet",
     {"snap time_ms=0; 1 0 a; 2 1 b", "snap time_ms=50; 1 0 a; 2 1 b zombie=256"},
     "1  2=256"},
    {"exited for less than 4 s",
     {"snap time_ms=0; 1 0 a; 2 1 b", "snap time_ms=50; 1 0 a", "snap time_ms=4049; 1 0 a"},
     "1  2x"},
    {"and then no more",
     {"snap time_ms=0; 1 0 a; 2 1 b", "snap time_ms=50; 1 0 a", "snap time_ms=4050; 1 0 a"},
     "1"},
    {"parent and child exited together",
     {"snap time_ms=0; 1 0 a; 2 1 b; 3 2 c", "snap time_ms=50; 1 0 a"},
     "1  2x   3x"},
    {"the parent exited first",
     {"snap time_ms=0; 1 0 a; 2 1 b; 3 2 c", "snap time_ms=50; 1 0 a; 3 2 c",
      "snap time_ms=100; 1 0 a"},
     "1  2x 3x"},
    {"adopted: below its new parent",
     {"snap time_ms=0; 1 0 a; 2 1 b; 3 2 c", "snap time_ms=50; 1 0 a; 3 1 c"},
     "1  2x  3o"},
    {"an orphan stays one",
     {"snap time_ms=0; 1 0 a; 2 1 b; 3 2 c", "snap time_ms=50; 1 0 a; 3 1 c",
      "snap time_ms=9000; 1 0 a; 3 1 c"},
     "1  3o"},
    {"a PID given out again: who had it comes first",
     {"snap time_ms=0; 1 0 a; 2 1 b start=3", "snap time_ms=50; 1 0 a; 2 1 c start=9"},
     "1  2x  2n"},
    {"an exec of who had the PID before is none of the new one's",
     {"snap time_ms=0; 1 0 a; 2 1 sh args=sh start=3",
      "snap time_ms=50; 1 0 a; 2 1 yes args=yes start=3", "snap time_ms=99; 1 0 a; 2 1 c start=9"},
     "1  2x  2n"},
    {"a child of who had the PID before is not one of the new one's",
     {"snap time_ms=0; 1 0 a; 2 1 b start=3; 7 2 d", "snap time_ms=50; 1 0 a; 2 1 c start=9"},
     "1  2x   7x  2n"},
    {"one from outside was not born and does not die",
     {"snap time_ms=0; 1 0 a; 5 4 x outside", "snap time_ms=50; 1 0 a; 6 4 y outside"},
     "1 6"},
    {"those outside are below the watched tree, its ancestors, too",
     {"snap time_ms=0; 1 0 a outside; 2 1 b; 3 2 c; 4 1 d outside"},
     "2  3 1  4"},
    {"lived between two looks of three",
     {"snap time_ms=0; 1 0 a", "snap time_ms=50; 1 0 a; 2 1 b", "snap time_ms=100; 1 0 a"},
     "1  2x"},
    {"all gone", {"snap time_ms=0; 1 0 a; 2 1 b", "snap time_ms=50"}, "1x  2x"},
    {"a cycle", {"snap time_ms=0; 3 4 a; 4 3 b", "snap time_ms=50; 5 6 c; 6 5 d"}, "3x  4x 5n  6n"},
};

Test(history, rows_and_marks, .timeout = 20)
{
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        struct moment m;
        size_t n = 0;
        while (n < 5 && marks[i].looks[n])
            n++;
        struct history *h = history_of(marks[i].looks, n, &m);
        expect_rows(marks[i].name, &m, marks[i].rows);
        end(h, &m);
    }
}

Test(history, a_ghost_is_in_the_snapshot_that_held_it_last)
{
    struct moment m;
    struct history *h = HISTORY(&m, "snap time_ms=0; 1 0 a; 2 1 old_name",
                                "snap time_ms=50; 1 0 a; 2 1 name", "snap time_ms=99; 1 0 a");
    cr_assert(eq(sz, m.n_rows, 2));
    cr_expect(m.rows[1].snapshot == history_snapshot(h, 1));
    cr_expect_str_eq(snapshot_text(m.rows[1].snapshot, m.rows[1].process->comm_text), "name");
    end(h, &m);
}

Test(history, an_earlier_moment_shows_what_was_shown_then, .timeout = 20)
{
    static const char *const looks[] = {
        "snap time_ms=0 births=10; pipe a fill=0; 1 0 a; 2 1 b wchar=0 1>a",
        "snap time_ms=1000 births=11; pipe a fill=9; 1 0 a; 2 1 b wchar=500 1>a; 3 1 c",
        "snap time_ms=2000 births=13; pipe a fill=0; 1 0 a; 2 1 b wchar=700 1>a",
        "snap time_ms=9000 births=40; 1 0 a",
    };
    struct history *h = history_new(PLENTY);
    char rows[4][256];
    int64_t totals[4], missed[4];
    double rates[4];
    for (size_t i = 0; i < 8; i++) { /* as each comes in; and then all again, from the last back */
        size_t at = i < 4 ? i : 7 - i;
        struct moment m;
        if (i < 4)
            push(h, looks[i]);
        cr_assert(eq(int, history_moment(h, at, &m), 0));
        int64_t total = m.pipes.n ? m.flows[0].total_bytes : -5;
        if (i < 4) {
            snprintf(rows[i], sizeof rows[i], "%s", draw_rows(&m));
            totals[i] = total;
            missed[i] = m.missed_at_most;
            rates[i] = m.rate_hz;
        }
        expect_rows("again", &m, rows[at]);
        cr_expect(eq(i64, total, totals[at]));
        cr_expect(eq(i64, m.missed_at_most, missed[at]));
        cr_expect(epsilon_eq(dbl, m.rate_hz, rates[at], 1e-9));
        moment_fini(&m);
    }
    cr_expect_str_eq(rows[1], "1  2  3n");
    cr_expect_str_eq(rows[2], "1  2  3x");
    cr_expect(eq(i64, totals[1], 500));
    cr_expect(eq(i64, totals[2], 700));
    history_free(h);
}

/* ---- memory, order of time --------------------------------------------------------------- */

Test(history, keeps_within_its_bound_but_the_newest_two, .timeout = 20)
{
    struct history *h = history_new(100000);
    for (int i = 0; i < 2000; i++) {
        char text[256];
        snprintf(text, sizeof text, "snap time_ms=%d; pipe %d; 1 0 a; %d 1 b 3<%d", i * 50, i + 1,
                 i + 2, i + 1);
        push(h, text);
    }
    size_t n = history_count(h), bytes = 0;
    for (size_t i = 0; i < n; i++)
        bytes += snapshot_size_bytes(history_snapshot(h, i));
    cr_expect(lt(sz, bytes, 100000));
    cr_expect(gt(sz, n, 10));
    cr_expect(eq(u64, history_snapshot(h, n - 1)->time_ns, UINT64_C(99950000000)));
    for (size_t i = 0; i < n; i++) {
        struct moment m;
        cr_assert(eq(int, history_moment(h, i, &m), 0));
        cr_expect(eq(int, m.pipes.lanes[0].number, (int)(2000 - n + i) + 1));
        cr_expect(eq(u64, m.since_first_ns, m.now->time_ns));
        moment_fini(&m);
    }
    history_free(h);

    h = history_new(1);
    push(h, "snap time_ms=0; 1 0 a");
    push(h, "snap time_ms=1; 1 0 a");
    push(h, "snap time_ms=2; 1 0 a");
    cr_expect(eq(sz, history_count(h), 2));
    cr_expect(eq(u64, history_snapshot(h, 0)->time_ns, 1000000));
    cr_expect(history_snapshot(h, 2) == NULL);
    history_free(h);
}

Test(history, refuses_time_running_back_and_indexes_beyond)
{
    struct history *h = history_new(PLENTY);
    struct moment m;
    cr_expect(eq(int, history_moment(h, 0, &m), -EINVAL));
    push(h, "snap time_ms=10; 1 0 a");
    cr_expect(eq(int, history_push(h, build_snapshot("snap time_ms=9; 1 0 a")), -EINVAL));
    cr_expect(eq(sz, history_count(h), 1));
    push(h, "snap time_ms=10; 1 0 a; 2 1 b");
    cr_assert(eq(int, history_moment(h, 1, &m), 0));
    expect_rows("at the same time", &m, "1  2n");
    cr_expect(eq(dbl, m.rate_hz, 0));
    end(h, &m);
}

/* ---- lanes' numbers ---------------------------------------------------------------------- */

Test(history, a_lane_keeps_its_number_for_life)
{
    static const char *const looks[] = {
        "snap time_ms=0; pipe b; pipe d; 1 0 a 3<b 4<d",
        "snap time_ms=50; pipe a; pipe b; pipe d; 1 0 a 3<b 4<d 5<a", /* first by inode */
        "snap time_ms=100; pipe a; pipe d; 1 0 a 4<d 5<a",
        "snap time_ms=150; pipe a; pipe c; pipe d; 1 0 a 4<d 5<a 6<c", /* 1 is not reused */
        "snap time_ms=200; pipe b; 1 0 a 3<b",                         /* nor is b what it was */
    };
    static const int numbers[5][3] = {{1, 2}, {3, 1, 2}, {3, 2}, {3, 4, 2}, {5}};
    struct history *h = history_new(PLENTY);
    for (size_t i = 0; i < 5; i++)
        push(h, looks[i]);
    for (size_t i = 0; i < 5; i++) {
        struct moment m;
        cr_assert(eq(int, history_moment(h, i, &m), 0));
        for (size_t k = 0; k < m.pipes.n; k++)
            cr_expect(m.pipes.lanes[k].number == numbers[i][k], "look %zu, lane %zu: %d, not %d", i,
                      k, m.pipes.lanes[k].number, numbers[i][k]);
        moment_fini(&m);
    }
    history_free(h);
}

Test(history, eof_withheld_is_said_at_the_second_look)
{
    static const char *const looks[] = {
        "snap time_ms=0; 11 1 cat read(0)",
        "snap time_ms=50; pipe a fill=0; 11 1 cat read(0) 0<a 4>a",
        "snap time_ms=100; pipe a fill=0; 11 1 cat read(0) 0<a 4>a",
        "snap time_ms=150; pipe a fill=5; 11 1 cat read(0) 0<a 4>a",
        "snap time_ms=200; pipe a fill=0; 11 1 cat read(0) 0<a 4>a",
    };
    static const enum pipe_condition wanted[] = {0, PIPE_STARVED, PIPE_EOF_WITHHELD, PIPE_STARVED,
                                                 PIPE_STARVED};
    struct history *h = history_new(PLENTY);
    struct moment m;
    for (size_t i = 0; i < 5; i++)
        push(h, looks[i]);
    for (size_t i = 1; i < 5; i++) {
        cr_assert(eq(int, history_moment(h, i, &m), 0));
        cr_expect(eq(int, (int)m.pipes.lanes[0].condition, (int)wanted[i]));
        cr_expect(eq(int, m.pipes.lanes[0].holder, wanted[i] == PIPE_EOF_WITHHELD ? 0 : -1));
        moment_fini(&m);
    }
    history_free(h);
    h = HISTORY(&m, "snap time_ms=50; pipe a fill=0; 11 1 cat read(0) 0<a 4>a"); /* the only one */
    cr_expect(eq(int, (int)m.pipes.lanes[0].condition, PIPE_EOF_WITHHELD));
    end(h, &m);
}

/* ---- CPU --------------------------------------------------------------------------------- */

static const struct {
    const char *name, *looks[4];
    double percent; /* of PID 2 at the last look */
} cpu[] = {
    {"half", {"snap time_ms=0; 2 1 x run_ns=0", "snap time_ms=1000; 2 1 x run_ns=500000000"}, 50},
    {"over a second, however short the looks",
     {"snap time_ms=1000; 2 1 x run_ns=0", "snap time_ms=1950; 2 1 x run_ns=0",
      "snap time_ms=2000; 2 1 x run_ns=50000000"},
     5},
    {"more than one CPU",
     {"snap time_ms=0; 2 1 x run_ns=0", "snap time_ms=1000; 2 1 x run_ns=1900000000"},
     190},
    {"not known for a second yet",
     {"snap time_ms=5000; 2 1 x run_ns=0", "snap time_ms=5999; 2 1 x run_ns=900000000"},
     -1},
    {"the process is younger than that",
     {"snap time_ms=0; 1 0 a", "snap time_ms=900; 2 1 x run_ns=0",
      "snap time_ms=1500; 2 1 x run_ns=500000000"},
     -1},
    {"another one with its PID",
     {"snap time_ms=0; 2 1 x start=1 run_ns=0",
      "snap time_ms=1000; 2 1 y start=2 run_ns=500000000"},
     -1},
    {"ticks where run time is unknown",
     {"snap time_ms=0; 2 1 x ticks=100", "snap time_ms=1000; 2 1 x ticks=125"},
     25},
    {"ticks where a task has ended and taken its run time along",
     {"snap time_ms=0; 2 1 x ticks=100 run_ns=1000000000",
      "snap time_ms=1000; 2 1 x ticks=140 run_ns=300000000"},
     40},
    {"or some of it",
     {"snap time_ms=0; 2 1 x ticks=100 run_ns=1000000000",
      "snap time_ms=1000; 2 1 x ticks=180 run_ns=1100000000"},
     80},
    {"not ticks that are only coarse",
     {"snap time_ms=0; 2 1 x ticks=100 run_ns=1000000000",
      "snap time_ms=1000; 2 1 x ticks=102 run_ns=1005000000"},
     0.5},
    {"nothing is known", {"snap time_ms=0; 2 1 x", "snap time_ms=1000; 2 1 x"}, -1},
};

Test(history, cpu_percent, .timeout = 20)
{
    for (size_t i = 0; i < sizeof cpu / sizeof *cpu; i++) {
        struct moment m;
        size_t n = 0;
        while (n < 4 && cpu[i].looks[n])
            n++;
        struct history *h = history_of(cpu[i].looks, n, &m);
        double got = -2;
        for (size_t k = 0; k < m.n_rows; k++)
            if (m.rows[k].process->pid == 2 && !(m.rows[k].marks & MARK_EXITED))
                got = m.rows[k].cpu_percent;
        cr_expect(got > cpu[i].percent - 1e-6 && got < cpu[i].percent + 1e-6, "%s: %g, not %g",
                  cpu[i].name, got, cpu[i].percent);
        end(h, &m);
    }
}

/* ---- flows ------------------------------------------------------------------------------- */

/* Looks at 0, 1, 2 ... s; the flow of the first lane at the last. */
static const struct {
    const char *name, *looks[4];
    double bytes_per_s;
    int64_t total;
    enum obtained obtained;
} flows[] = {
    {"the writer alone tells",
     {"pipe a fill=0; 2 1 w wchar=0 1>a; 3 1 r 0<a 5<b 7:file rchar=0",
      "pipe a fill=0; 2 1 w wchar=700 1>a; 3 1 r 0<a 5<b 7:file rchar=900"},
     700,
     700,
     OBTAINED_ESTIMATE},
    {"its terminal is no other stream: standard input is read, standard error little written",
     {"pipe a fill=0; 2 1 w wchar=0 0:tty 1>a 2:tty",
      "pipe a fill=0; 2 1 w wchar=700 0:tty 1>a 2:tty"},
     700,
     700,
     OBTAINED_ESTIMATE},
    {"a file to write to is one",
     {"pipe a fill=0; 2 1 w wchar=0 1>a 3:file", "pipe a fill=0; 2 1 w wchar=700 1>a 3:file"},
     700,
     700,
     OBTAINED_BOUND},
    {"standard output on a terminal is one",
     {"pipe a fill=0; 2 1 w wchar=0 1:tty 3>a", "pipe a fill=0; 2 1 w wchar=700 1:tty 3>a"},
     700,
     700,
     OBTAINED_BOUND},
    {"a pipe at standard error is one",
     {"pipe a fill=0; 2 1 w wchar=0 1>a 2>b", "pipe a fill=0; 2 1 w wchar=700 1>a 2>b"},
     700,
     700,
     OBTAINED_BOUND},
    {"the same pipe twice is one stream",
     {"pipe a fill=0; 2 1 w wchar=0 1>a 2>a", "pipe a fill=0; 2 1 w wchar=700 1>a 2>a"},
     700,
     700,
     OBTAINED_ESTIMATE},
    {"an epoll is none",
     {"pipe a fill=0; 2 1 w wchar=0 1>a 4:epoll", "pipe a fill=0; 2 1 w wchar=700 1>a 4:epoll"},
     700,
     700,
     OBTAINED_ESTIMATE},
    {"the reader alone tells, with what is still in it",
     {"pipe a fill=0; 2 1 w wchar=0 1>a 3:file; 3 1 r 0<a 1:file rchar=0",
      "pipe a fill=50; 2 1 w wchar=9000 1>a 3:file; 3 1 r 0<a 1:file rchar=600"},
     650,
     650,
     OBTAINED_ESTIMATE},
    {"neither alone: the lower bound",
     {"pipe a fill=0; 2 1 w wchar=0 1>a 3:file; 3 1 r 0<a 4:file rchar=0",
      "pipe a fill=0; 2 1 w wchar=9000 1>a 3:file; 3 1 r 0<a 4:file rchar=600"},
     600,
     600,
     OBTAINED_BOUND},
    {"two writers",
     {"pipe a fill=0; 2 1 w wchar=0 1>a; 3 1 w wchar=100 1>a",
      "pipe a fill=0; 2 1 w wchar=50 1>a; 3 1 w wchar=130 1>a"},
     80,
     80,
     OBTAINED_ESTIMATE},
    {"a holder with other streams that moved nothing spoils nothing",
     {"pipe a fill=0; 2 1 w wchar=0 1>a; 3 1 sh wchar=70 1:tty 4>a",
      "pipe a fill=0; 2 1 w wchar=50 1>a; 3 1 sh wchar=70 1:tty 4>a"},
     50,
     50,
     OBTAINED_ESTIMATE},
    {"a write that is still going on: its reader knows more",
     {"pipe a fill=0; 2 1 w wchar=0 1>a; 3 1 r 0<a rchar=0",
      "pipe a fill=65536; 2 1 w write(1) wchar=0 1>a; 3 1 r 0<a rchar=1000"},
     66536,
     66536,
     OBTAINED_ESTIMATE},
    {"a reader that exec made: it has read its program, too, so the writer tells",
     {"1 0 a", "pipe a fill=40; 2 1 w wchar=40 1>a; 3 1 cat 0<a rchar=7000"},
     -1,
     40,
     OBTAINED_ESTIMATE},
    {"a reader that has exec'ed since",
     {"pipe a fill=40; 2 1 w wchar=40 1>a; 3 1 sh 0<a rchar=0",
      "pipe a fill=0; 2 1 w wchar=50 1>a; 3 1 cat 0<a rchar=7000"},
     10,
     50,
     OBTAINED_ESTIMATE},
    {"a reader that was forked alone has read nothing else",
     {"2 1 w wchar=0", "pipe a fill=0; 2 1 w wchar=0 1>a; 3 2 w 0<a rchar=30"},
     -1,
     30,
     OBTAINED_ESTIMATE},
    {"what was in it at first",
     {"pipe a fill=65536; 2 1 w write(1) wchar=900000 1>a",
      "pipe a fill=65536; 2 1 w write(1) wchar=900000 1>a"},
     0,
     65536,
     OBTAINED_ESTIMATE},
    {"a writer born between: all that it wrote",
     {"1 0 a", "pipe a fill=100; 2 1 yes run wchar=65536 1>a"},
     -1,
     65536,
     OBTAINED_ESTIMATE},
    {"one seen only now since it is outside: what it wrote before is not counted",
     {"pipe a fill=0; 3 1 r 0<a rchar=0",
      "pipe a fill=0; 3 1 r 0<a rchar=10; 4 1 w outside wchar=5000 1>a"},
     10,
     10,
     OBTAINED_ESTIMATE},
    {"counts that may not be read, on both sides",
     {"pipe a fill=0; 2 1 w 1>a; 3 1 r 0<a", "pipe a fill=0; 2 1 w 1>a; 3 1 r 0<a"},
     -1,
     -1,
     OBTAINED_UNKNOWN},
    {"on one side",
     {"pipe a fill=0; 2 1 w 1>a; 3 1 r 0<a rchar=5", "pipe a fill=0; 2 1 w 1>a; 3 1 r 0<a rchar=8"},
     3,
     3,
     OBTAINED_ESTIMATE},
    {"a parent gets a dead child's counts: they are taken off",
     {"pipe a fill=0; 2 1 sh wchar=100 4>a; 3 2 c wchar=5000 4>a",
      "pipe a fill=0; 2 1 sh wchar=5140 4>a"},
     40,
     40,
     OBTAINED_BOUND},
    {"never below nothing: SIGCHLD ignored, it got none",
     {"pipe a fill=0; 2 1 sh wchar=100 4>a; 3 2 c wchar=5000 4>a",
      "pipe a fill=0; 2 1 sh wchar=110 4>a"},
     10,
     10,
     OBTAINED_BOUND},
    {"a bound on a side whose holder ended unseen is none",
     {"pipe a fill=0; 2 1 w wchar=0 4>a 1:file; 3 1 r 0<a 4:file",
      "pipe a fill=0; 2 1 w wchar=10 4>a 1:file; 3 1 r 0<a 4:file",
      "pipe a fill=0; 3 1 r 0<a 4:file"},
     -1,
     -1,
     OBTAINED_UNKNOWN},
    {"a zombie's last bytes count",
     {"pipe a fill=0; 2 1 w wchar=0 1>a; 3 1 r 0<a 5<b rchar=0",
      "pipe a fill=0; 2 1 w zombie=0 wchar=400; 3 1 r 0<a 5<b rchar=0"},
     400,
     400,
     OBTAINED_ESTIMATE},
    {"one that closed its end: its bytes may have gone elsewhere",
     {"pipe a fill=0; 2 1 w wchar=0 1>a; 3 1 r 0<a 5<b",
      "pipe a fill=0; 2 1 w wchar=400 1:file; 3 1 r 0<a 5<b"},
     400,
     400,
     OBTAINED_BOUND},
    {"a socketpair's direction: its sender",
     {"pair a b fill=0; 2 1 r 3=a rchar=0 wchar=0; 3 1 w 3=b rchar=0 wchar=0",
      "pair a b fill=0; 2 1 r 3=a rchar=70 wchar=5; 3 1 w 3=b rchar=5 wchar=70"},
     70,
     70,
     OBTAINED_ESTIMATE},
    {"what was in it at first, and what followed",
     {"pipe a fill=65536; 2 1 w wchar=900000 1>a; 3 1 r 0<a 5:file",
      "pipe a fill=6; 2 1 w wchar=901000 1>a; 3 1 r 0<a 5:file"},
     1000,
     66536,
     OBTAINED_ESTIMATE},
    {"what is in it has gone in, even if nobody counts it yet",
     {"pipe a fill=0; 2 1 w wchar=0 1>a; 3 1 r 0<a",
      "pipe a fill=4096; 2 1 w write(1) wchar=0 1>a; 3 1 r 0<a"},
     4096,
     4096,
     OBTAINED_ESTIMATE},
    {"one outside that lets go of it was not reaped",
     {"pipe a fill=0; 2 1 sh wchar=100 4>a; 3 2 c outside wchar=50 4>a",
      "pipe a fill=0; 2 1 sh wchar=180 4>a"},
     80,
     80,
     OBTAINED_ESTIMATE},
    {"a socketpair's sender alone tells",
     {"pair a b fill=0; 2 1 r 3=a 5:file rchar=0 wchar=0; 3 1 w 3=b rchar=0 wchar=0",
      "pair a b fill=0; 2 1 r 3=a 5:file rchar=90 wchar=5; 3 1 w 3=b rchar=5 wchar=70"},
     70,
     70,
     OBTAINED_ESTIMATE},
    {"totals add up",
     {"pipe a fill=0; 2 1 w wchar=0 1>a", "pipe a fill=0; 2 1 w wchar=100 1>a",
      "pipe a fill=0; 2 1 w wchar=300 1>a"},
     200,
     300,
     OBTAINED_ESTIMATE},
};

Test(history, flow, .timeout = 20)
{
    for (size_t i = 0; i < sizeof flows / sizeof *flows; i++) {
        struct history *h = history_new(PLENTY);
        struct moment m;
        size_t n = 0;
        for (; n < 4 && flows[i].looks[n]; n++) {
            struct snapshot *s = build_snapshot(flows[i].looks[n]);
            s->time_ns = UINT64_C(1000000000) * (n + 1);
            cr_assert(eq(int, history_push(h, s), 0));
        }
        cr_assert(eq(int, history_moment(h, n - 1, &m), 0));
        const struct moment_flow *f = &m.flows[0];
        cr_expect(f->bytes_per_s > flows[i].bytes_per_s - 1e-6 &&
                      f->bytes_per_s < flows[i].bytes_per_s + 1e-6,
                  "%s: %g bytes/s, not %g", flows[i].name, f->bytes_per_s, flows[i].bytes_per_s);
        cr_expect(f->total_bytes == flows[i].total, "%s: %ld in all, not %ld", flows[i].name,
                  (long)f->total_bytes, (long)flows[i].total);
        cr_expect(f->obtained == flows[i].obtained, "%s: %s, not %s", flows[i].name,
                  obtained_name(f->obtained), obtained_name(flows[i].obtained));
        end(h, &m);
    }
}

Test(history, a_lane_in_the_place_of_another_has_no_rate_yet)
{
    struct moment m;
    struct history *h =
        HISTORY(&m, "snap time_ms=0; pipe a; 2 1 w wchar=0 1>a", "snap time_ms=900; 2 1 w wchar=0",
                "snap time_ms=1000; pipe a; 2 1 w wchar=7 1>a");
    cr_expect(lt(dbl, m.flows[0].bytes_per_s, 0));
    cr_expect(eq(i64, m.flows[0].total_bytes, 7));
    end(h, &m);
}

Test(history, how_long_somebody_is_stuck)
{
    static const char *const looks[] = {
        "snap time_ms=0; pipe a; 2 1 r read(0) 0<a vol=5; 3 1 w 1>a vol=1",
        "snap time_ms=50; pipe a; 2 1 r read(0) 0<a vol=5; 3 1 w 1>a vol=1",
        "snap time_ms=100; pipe a; 2 1 r read(0) 0<a vol=5; 3 1 w 1>a vol=1",
        "snap time_ms=150; pipe a; 2 1 r read(0) 0<a vol=6; 3 1 w 1>a vol=1", /* it ran meanwhile */
        "snap time_ms=200; pipe a; 2 1 r 0<a vol=6; 3 1 w write(1) 1>a vol=1",
        "snap time_ms=250; pipe a; 2 1 r 0<a vol=6; 3 1 w run 1>a vol=1",
        "snap time_ms=300; pipe a; 2 1 r 0<a vol=6; 3 1 w write(1) 1>a 4<a vol=1",
        "snap time_ms=350; pipe a; 2 1 r 0<a vol=6; 3 1 w read(4) 1>a 4<a vol=1",
    };
    static const uint64_t stuck_ms[] = {0, 50, 100, 0, 0, 0, 0, 0};
    struct history *h = history_new(PLENTY);
    for (size_t i = 0; i < 8; i++)
        push(h, looks[i]);
    for (size_t i = 0; i < 8; i++) {
        struct moment m;
        cr_assert(eq(int, history_moment(h, i, &m), 0));
        cr_expect(eq(u64, m.flows[0].stuck_ns, stuck_ms[i] * 1000000));
        moment_fini(&m);
    }
    history_free(h);
}

/* ---- the rest of a moment ---------------------------------------------------------------- */

Test(history, rate_of_looks)
{
    struct history *h = history_new(PLENTY);
    struct moment m;
    char text[64];
    for (int i = 0; i <= 60; i++) {
        snprintf(text, sizeof text, "snap time_ms=%d; 1 0 a", i * 50);
        push(h, text);
    }
    push(h, "snap time_ms=13000; 1 0 a"); /* after a pause of 10 s */
    push(h, "snap time_ms=13050; 1 0 a");
    static const struct {
        size_t index;
        double hz;
    } wanted[] = {{0, 0}, {1, 20}, {5, 20}, {60, 20}, {61, 0.1}, {62, 20}};
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        cr_assert(eq(int, history_moment(h, wanted[i].index, &m), 0));
        cr_expect(epsilon_eq(dbl, m.rate_hz, wanted[i].hz, 1e-9));
        moment_fini(&m);
    }
    history_free(h);
}

static const struct {
    const char *name, *looks[3];
    int64_t missed;
} missed[] = {
    {"none", {"snap births=100; 1 0 a", "snap births=101; 1 0 a; 2 1 b"}, 0},
    {"some", {"snap births=100; 1 0 a", "snap births=138; 1 0 a; 2 1 b"}, 37},
    {"threads are births",
     {"snap births=100; 1 0 a threads=1", "snap births=106; 1 0 a threads=3; 2 1 b threads=4"},
     0},
    {"an ended thread takes no birth back",
     {"snap births=100; 1 0 a threads=3", "snap births=105; 1 0 a threads=1"},
     5},
    {"from the first look on",
     {"snap births=100; 1 0 a", "snap births=105; 1 0 a; 2 1 b",
      "snap births=107; 1 0 a; 2 1 b; 3 1 c"},
     5},
    {"a death is no birth", {"snap births=100; 1 0 a; 2 1 b", "snap births=105; 1 0 a"}, 5},
    {"never below none", {"snap births=100; 1 0 a", "snap births=100; 1 0 a; 2 1 b"}, 0},
    {"unknown", {"snap births=100; 1 0 a", "1 0 a"}, -1},
    {"unknown at first", {"1 0 a", "snap births=100; 1 0 a"}, -1},
    {"told, and none lost",
     {"snap births=100 exact perf; 1 0 a", "snap births=138 exact perf; 1 0 a"},
     0},
    {"told, and some lost",
     {"snap births=100 exact perf; 1 0 a; lost 1",
      "snap births=138 exact perf; 1 0 a; lost 2; fork 1 7; lost 1"},
     4},
    {"not more than were born",
     {"snap births=100 exact perf; 1 0 a", "snap births=103 exact perf; 1 0 a; lost 9; fork 1 7"},
     2},
    {"told in part",
     {"snap births=100 perf; fork 1 6; 1 0 a", "snap births=103 perf; 1 0 a; fork 1 7; lost 9"},
     2},
    {"from before the program on",
     {"snap births=100 before=90; 1 0 a threads=2; 2 1 b",
      "snap births=101 before=90; 1 0 a; 3 1 c"},
     7},
    {"told in part, from before the program on",
     {"snap births=100 before=90 perf; 1 0 a threads=2; fork 9 1; fork 1 2",
      "snap births=101 before=90 perf; 1 0 a threads=2; fork 1 3"},
     7},
    {"told, and births unknown", {"snap exact perf; 1 0 a", "snap exact perf; 1 0 a; lost 9"}, 9},
};

Test(history, missed_at_most)
{
    for (size_t i = 0; i < sizeof missed / sizeof *missed; i++) {
        struct moment m;
        size_t n = 0;
        while (n < 3 && missed[i].looks[n])
            n++;
        struct history *h = history_of(missed[i].looks, n, &m);
        cr_expect(m.missed_at_most == missed[i].missed, "%s: %ld, not %ld", missed[i].name,
                  (long)m.missed_at_most, (long)missed[i].missed);
        end(h, &m);
    }
}

Test(history, events_of_the_last_4_s)
{
    static const char *const looks[] = {
        "snap time_ms=1000; 1 0 a", "snap time_ms=2000; 1 0 a; 2 1 b", "snap time_ms=4000; 1 0 a",
        "snap time_ms=5999; 1 0 a; 3 1 c", "snap time_ms=6000; 1 0 a; 3 1 c"};
    static const size_t n_events[] = {0, 1, 2, 3, 2};
    struct history *h = history_new(PLENTY);
    struct moment m;
    for (size_t i = 0; i < 5; i++)
        push(h, looks[i]);
    for (size_t i = 0; i < 5; i++) {
        cr_assert(eq(int, history_moment(h, i, &m), 0));
        cr_expect(eq(sz, m.n_events, n_events[i]));
        moment_fini(&m);
    }
    cr_assert(eq(int, history_moment(h, 4, &m), 0));
    cr_expect(eq(int, (int)m.events[0].kind, EVENT_EXIT));
    cr_expect(eq(int, (int)m.events[1].kind, EVENT_FORK));
    end(h, &m);
}

/* 2 lives too shortly for any look. 3 is told to have ended one look after it was gone. */
Test(history, births_and_deaths_that_are_told)
{
    static const char *const looks[] = {
        "snap time_ms=1000 exact perf; 1 0 a; fork 9 1 time_ms=900",
        "snap time_ms=2000 exact perf; 1 0 a; 3 1 c; 4 1 d; fork 1 2 time_ms=1100;"
        "exec 2 b time_ms=1101; exit 2 0 time_ms=1102; fork 1 3 time_ms=1200; fork 1 4 "
        "time_ms=1201",
        "snap time_ms=3000 exact perf; 1 0 a; exit 4 768 time_ms=2500",
        "snap time_ms=4000 exact perf; 1 0 a; exit 3 9 time_ms=3001 start=31"};
    struct history *h = history_new(PLENTY);
    struct moment m;
    for (size_t i = 0; i < 4; i++)
        push(h, looks[i]);
    cr_assert(eq(int, history_moment(h, 0, &m), 0));
    cr_expect(eq(sz, m.n_events, 1));
    moment_fini(&m);
    cr_assert(eq(int, history_moment(h, 3, &m), 0));
    cr_expect_str_eq(draw_rows(&m), "1n  3x=9  4x=768");
    static const enum event_kind kinds[] = {EVENT_FORK, EVENT_FORK, EVENT_EXEC, EVENT_EXIT,
                                            EVENT_FORK, EVENT_FORK, EVENT_EXIT, EVENT_EXIT};
    cr_assert(eq(sz, m.n_events, 8));
    for (size_t i = 0; i < 8; i++)
        cr_expect(eq(int, (int)m.events[i].kind, (int)kinds[i]));
    cr_expect_str_eq(m.events[2].comm, "b");
    cr_expect(eq(u64, m.events[2].time_ns, 1101000000));
    end(h, &m);
}

Test(history, the_lane_that_broke)
{
    struct moment m;
    struct history *h = HISTORY(
        &m,
        "snap time_ms=0; pipe a; pipe b; 1 0 sh; 2 1 yes 0:tty 1>a 2:tty; 3 1 x 1>a 3>b; 4 1 y 1>a "
        "3:sock; 5 1 r 0<a",
        "snap time_ms=50; pipe a; 1 0 sh; 2 1 yes zombie=13; 3 1 x zombie=13; 4 1 y zombie=13; "
        "5 1 r 0<a");
    static const int lanes[] = {0, 1, 0, 0, 0};
    for (size_t i = 0; i < 5; i++)
        cr_expect(eq(int, m.rows[i].broken_lane, lanes[i]));
    end(h, &m);
    h = HISTORY(&m, "snap time_ms=0; pipe a; 1 0 sh; 2 1 yes 1>a", "snap time_ms=50; 1 0 sh");
    cr_expect(eq(int, m.rows[1].broken_lane, 1));
    end(h, &m);
}

/* ---- what no kernel says, and much ------------------------------------------------------- */

Test(history, survives_corrupt_snapshots, .timeout = 20)
{
    struct history *h = history_new(PLENTY);
    for (int i = 0; i < 8; i++) {
        struct snapshot *s = build_snapshot(
            i % 2 ? "pipe a; pipe a; 5 6 a wait 3<a; 5 6 b 3>a; 6 5 c 3<>a; 7 7 d args=x"
                  : "pipe a; pair a a; 4 6 z; 5 6 b 3>a start=1; 5 6 c; 6 4 c zombie 3<a; 6 6 c");
        s->processes[i % 4].first_fd = SIZE_MAX;
        s->processes[(i + 1) % 4].n_fds = 1000;
        if (i > 3) { /* out of order */
            struct process first = s->processes[0];
            s->processes[0] = s->processes[3];
            s->processes[3] = first;
        }
        cr_assert(eq(int, history_push(h, s), 0));
        for (size_t k = 0; k < history_count(h); k++) {
            struct moment m;
            cr_assert(eq(int, history_moment(h, k, &m), 0));
            moment_fini(&m);
        }
    }
    history_free(h);
}

static double elapsed_us(const struct timespec *since)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)(now.tv_sec - since->tv_sec) * 1e6 +
           (double)(now.tv_nsec - since->tv_nsec) / 1e3;
}

/* A measurement, not a limit: shown with --verbose. */
Test(history, of_20000_processes_with_a_chain_of_5000, .timeout = 60)
{
    struct history *h = history_new((size_t)200 << 20);
    struct moment m;
    for (int look = 0; look < 3; look++) {
        struct snapshot *s = snapshot_new();
        s->time_ns = UINT64_C(1000000000) * (uint64_t)(look + 1);
        for (pid_t pid = 1; pid <= 20000; pid++) {
            struct process *p = snapshot_add_process(s, pid + look * 100);
            p->ppid = p->pid <= 5000 ? p->pid - 1 : p->pid / 2;
            p->start_ticks = (uint64_t)p->pid;
        }
        snapshot_finish(s);
        struct timespec start;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        cr_assert(eq(int, history_push(h, s), 0));
        double push_us = elapsed_us(&start);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        cr_assert(eq(int, history_moment(h, (size_t)look, &m), 0));
        cr_log_info("20,000 processes: push %.0f us, moment %.0f us of CPU", push_us,
                    elapsed_us(&start));
        cr_expect(eq(sz, m.n_rows, 20000 + 100 * (size_t)look));
        moment_fini(&m);
    }
    history_free(h);
}

Test(history, of_ten_processes_at_20_hz, .timeout = 20)
{
    struct history *h = history_new(PLENTY);
    struct moment m;
    double push_us = 0, moment_us = 0;
    for (int look = 0; look < 400; look++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "snap time_ms=%d root=1; pipe a fill=65536 cap=65536; pipe b fill=0;"
                 "1 0 demo wait 1:tty 3<a; 2 1 yes write(1) 1>a wchar=%d; 3 1 cat read(0) 0<b;"
                 "4 1 sh wait 1>b; 5 4 sleep sleep 1>b; 6 4 x; 7 4 x; 8 4 x; 9 8 x; %d 9 x",
                 look * 50, look * 1000, 10 + look % 50);
        struct snapshot *s = build_snapshot(text);
        struct timespec start;
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        cr_assert(eq(int, history_push(h, s), 0));
        push_us += elapsed_us(&start);
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
        cr_assert(eq(int, history_moment(h, history_count(h) - 1, &m), 0));
        moment_us += elapsed_us(&start);
        if (look < 399)
            moment_fini(&m);
    }
    cr_log_info("ten processes: push %.1f us, moment %.1f us of CPU", push_us / 400,
                moment_us / 400);
    cr_expect(ge(sz, m.n_rows, 10));
    end(h, &m);
}
