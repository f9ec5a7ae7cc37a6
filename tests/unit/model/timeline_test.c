#include "model/history.h"
#include "model/history_seek.h"
#include "model/timeline.h"
#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLENTY (256u << 20)
#define MS     UINT64_C(1000000)

static void expect_text(const char *got, const char *wanted)
{
    cr_expect(strcmp(got, wanted) == 0, "'%s', not '%s'", got, wanted);
}

static void push(struct history *h, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void push(struct history *h, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    cr_assert(eq(int, history_push(h, build_snapshot(text)), 0));
}

static void make(struct timeline *t, const struct history *h, uint64_t cell_ms, size_t n_cells)
{
    cr_assert(eq(int, timeline_init(t, h, history_count(h) - 1, cell_ms * MS, n_cells, false), 0));
}

/* A letter a cell: R runs, q waits for a CPU, B one of the two, '?' unseen, the rest sleeps. */
static const char *draw(const struct timeline *t, size_t lane)
{
    static char text[256];
    static const char states[] = " ?RqBTDZ";
    static const char waits[] = "a.rwcfpsktgo"; /* by enum wait_kind */
    for (size_t i = 0; i < t->n_cells; i++) {
        const struct timeline_cell *c = &t->lanes[lane].cells[i];
        text[i] = c->state == LANE_SLEEPING ? waits[c->wait] : states[c->state];
    }
    text[t->n_cells] = '\0';
    return text;
}

/* "4711 4712/4713 ": PID and TID of all lanes, those that are gone in parentheses. */
static const char *names(const struct timeline *t)
{
    static char text[512];
    FILE *f = fmemopen(text, sizeof text, "w");
    for (size_t i = 0; i < t->n_lanes; i++) {
        const struct timeline_lane *l = &t->lanes[i];
        fprintf(f, "%*s%s%d", (int)l->depth, "", l->lives ? "" : "(", (int)l->pid);
        if (l->tid)
            fprintf(f, "/%d", (int)l->tid);
        fprintf(f, "%s ", l->lives ? "" : ")");
    }
    fputc('\0', f);
    fclose(f);
    return text;
}

/* "fork 10>11 @120+10; ": who, when in ms, and how far off that may be. */
static const char *marks(const struct timeline *t)
{
    static char text[1024];
    FILE *f = fmemopen(text, sizeof text, "w");
    for (size_t i = 0; i < t->n_marks; i++) {
        const struct timeline_mark *m = &t->marks[i];
        fprintf(f, "%s %d", event_kind_name(m->kind), (int)m->pid);
        if (m->kind == EVENT_FORK)
            fprintf(f, ">%d", (int)m->other);
        fprintf(f, " @%llu+%llu; ", (unsigned long long)(m->time_ns / MS),
                (unsigned long long)(m->within_ns / MS));
        cr_expect(eq(sz, m->cell, (size_t)((m->time_ns - t->from_ns) / t->cell_ns)));
    }
    fputc('\0', f);
    fclose(f);
    return text;
}

static void end(struct history *h, struct timeline *t)
{
    timeline_fini(t);
    history_free(h);
}

static bool is_near(double a, double b)
{
    return a > b - 0.001 && a < b + 0.001;
}

/* Two that spin, for `ms`, a look every 100 ms: each has run so many ms of a look, and waited so many. */
static struct history *two_spinners(int looks, int run, int queued, int cpu_of_second)
{
    struct history *h = history_new(PLENTY);
    for (int i = 0; i <= looks; i++)
        push(h,
             "snap time_ms=%d root=10; 10 1 sh wait run_ns=0 queued_ns=0;"
             "11 10 a run run_ns=%d000000 queued_ns=%d000000 cpu=0;"
             "12 10 b run run_ns=%d000000 queued_ns=%d000000 cpu=%d",
             10000 + 100 * i, run * i, queued * i, run * i, queued * i, cpu_of_second);
    return h;
}

Test(timeline, two_that_share_a_cpu_are_told_from_two_that_run_at_once, .timeout = 20)
{
    struct timeline t;
    struct history *h = two_spinners(20, 50, 50, 0);
    make(&t, h, 200, 5);
    expect_text(names(&t), "10  11  12 ");
    expect_text(draw(&t, 0), "cccc ");
    for (size_t i = 0; i < 4; i++) {
        cr_expect(is_near(t.lanes[1].cells[i].run, 0.5) && is_near(t.lanes[2].cells[i].run, 0.5));
        cr_expect(is_near(t.lanes[1].cells[i].queued, 0.5));
        cr_expect(is_near(t.busy[i], 1), "cell %zu: %f", i, (double)t.busy[i]);
    }
    cr_expect(eq(sz, t.load.wanting, 2));
    cr_expect(is_near(t.load.queued, 1) && is_near(t.load.busy, 1), "%f", t.load.queued);
    cr_expect(eq(int, t.load.cpus, 1));
    cr_expect(eq(int, t.load.cpu, 0));
    cr_expect(is_near(t.lanes[1].run, 0.5) && is_near(t.lanes[1].queued, 0.5));
    end(h, &t);

    h = two_spinners(20, 100, 0, 1);
    make(&t, h, 200, 5);
    expect_text(draw(&t, 1), "RRRR ");
    cr_expect(is_near(t.busy[0], 2) && is_near(t.load.queued, 0) && is_near(t.load.busy, 2));
    cr_expect(eq(sz, t.load.wanting, 2));
    cr_expect(eq(int, t.load.cpus, 2));
    end(h, &t);
}

Test(timeline, a_waiting_task_is_queued_where_it_waits_for_most_of_the_time, .timeout = 20)
{
    struct timeline t;
    struct history *h = two_spinners(10, 20, 80, 0);
    make(&t, h, 100, 4);
    expect_text(draw(&t, 2), "qqq ");
    cr_expect(is_near(t.busy[0], 0.4));
    end(h, &t);
}

Test(timeline, cells_begin_at_whole_multiples_and_the_last_holds_now, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    for (int ms = 0; ms <= 990; ms += 30)
        push(h, "snap time_ms=%d root=10; 10 1 a sleep run_ns=0 queued_ns=0", 5000 + ms);
    make(&t, h, 200, 4);
    cr_expect(eq(u64, t.from_ns, 5200 * MS));
    cr_expect(eq(sz, t.now_cell, 3));
    expect_text(draw(&t, 0), "ssss");
    timeline_fini(&t);
    /* 5600 is the first of a cell, not the end of the one before. */
    cr_assert(eq(int, timeline_init(&t, h, 20, 200 * MS, 2, false), 0));
    cr_expect(eq(u64, t.from_ns, 5400 * MS));
    cr_expect(eq(sz, t.now_cell, 1));
    expect_text(draw(&t, 0), "s ");
    timeline_fini(&t);
    cr_expect(eq(int, timeline_init(&t, h, 999, 200 * MS, 2, false), -EINVAL));
    cr_expect(eq(int, timeline_init(&t, h, 0, 200 * MS, 0, false), -EINVAL));
    end(h, &t);
}

Test(timeline, what_it_slept_in_changes_half_way_between_two_looks, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10; 10 1 a sleep run_ns=0 queued_ns=0");
    push(h, "snap time_ms=1400 root=10; pipe a; 10 1 a write(1) 1>a run_ns=0 queued_ns=0");
    push(h, "snap time_ms=1800 root=10; 10 1 a stopped run_ns=0 queued_ns=0");
    push(h, "snap time_ms=1999 root=10; 10 1 a disk run_ns=0 queued_ns=0");
    make(&t, h, 100, 10);
    expect_text(draw(&t, 0), "sswwwwTTTD");
    end(h, &t);
}

/* Found runnable, but it ran for a tenth of the time and never waited for a CPU: it slept. */
Test(timeline, state_r_at_both_looks_is_not_taken_for_running_all_the_time, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10; 10 1 a run run_ns=0 queued_ns=0");
    push(h, "snap time_ms=1100 root=10; 10 1 a run run_ns=10000000 queued_ns=0");
    push(h, "snap time_ms=1199 root=10; 10 1 a sleep run_ns=20000000 queued_ns=0");
    make(&t, h, 100, 2);
    expect_text(draw(&t, 0), "as");
    cr_expect(is_near(t.lanes[0].cells[0].run, 0.1));
    end(h, &t);
    /* It has not given the CPU up in between: then it waited for one, whatever the count says. */
    h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10; 10 1 a run run_ns=0 queued_ns=0 vol=5");
    push(h, "snap time_ms=1100 root=10; 10 1 a run run_ns=10000000 queued_ns=0 vol=5");
    make(&t, h, 100, 2);
    expect_text(draw(&t, 0), "q ");
    cr_expect(is_near(t.lanes[0].cells[0].queued, 0.9));
    end(h, &t);
    /* Where the kernel tells no times, R is all that is known. */
    h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10; 10 1 a run");
    push(h, "snap time_ms=1100 root=10; 10 1 a run");
    make(&t, h, 100, 2);
    expect_text(draw(&t, 0), "B ");
    cr_expect(t.lanes[0].cells[0].run < 0 && t.lanes[0].run < 0);
    end(h, &t);
    /* With clock ticks alone: run is known, waiting is not. */
    h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10; 10 1 a run ticks=100");
    push(h, "snap time_ms=1100 root=10; 10 1 a run ticks=109");
    make(&t, h, 100, 2);
    expect_text(draw(&t, 0), "R ");
    cr_expect(is_near(t.lanes[0].cells[0].run, 0.9) && t.lanes[0].cells[0].queued < 0);
    end(h, &t);
}

Test(timeline, births_ends_and_execs_stand_at_their_time, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10; 10 1 sh wait run_ns=0 queued_ns=0 start=50");
    push(h, "snap time_ms=1300 root=10; 10 1 sh wait run_ns=0 queued_ns=0 start=50;"
            "11 10 sh run run_ns=100000000 queued_ns=0 start=120 args=sh");
    push(h, "snap time_ms=1400 root=10; 10 1 sh wait run_ns=0 queued_ns=0 start=50;"
            "11 10 yes sleep run_ns=100000000 queued_ns=0 start=120 args=yes");
    push(h, "snap time_ms=1600 root=10; 10 1 sh sleep run_ns=0 queued_ns=0 start=50;"
            "11 10 yes zombie=9 run_ns=100000000 queued_ns=0 start=120");
    push(h, "snap time_ms=1999 root=10; 10 1 sh sleep run_ns=0 queued_ns=0 start=50");
    make(&t, h, 100, 10);
    expect_text(names(&t), "10  (11) ");
    expect_text(marks(&t), "fork 10>11 @1200+10; exec 11 @1400+100; exit 11 @1600+200; ");
    expect_text(draw(&t, 1), "  RssZZZZZ");
    cr_expect(is_near(t.lanes[1].cells[2].run, 1)); /* all of it since its birth */
    cr_expect(eq(sz, t.marks[0].lane, 0));
    cr_expect(eq(sz, t.marks[0].other_lane, 1));
    cr_expect(eq(sz, t.marks[2].lane, 1));
    cr_expect(eq(int, t.marks[2].status, 9));
    cr_expect(eq(sz, timeline_lane_of(&t, 11, 11, 120), 1));
    cr_expect(eq(sz, timeline_lane_of(&t, 11, 0, 121), TREE_NONE));
    end(h, &t);
}

/* The start time is cut to 10 ms, so it may seem to be before a look that did not show it yet. */
Test(timeline, a_birth_just_after_a_look_is_not_put_off_to_the_next, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1005 root=10; 10 1 sh wait start=50");
    push(h, "snap time_ms=1305 root=10; 10 1 sh wait start=50; 11 10 a sleep start=100;"
            "12 10 elsewhere sleep start=70");
    make(&t, h, 100, 4);
    expect_text(marks(&t), "fork 10>11 @1005+10; fork 10>12 @1305+300; ");
    expect_text(draw(&t, 1), "ssss");
    expect_text(draw(&t, 2), "    ");
    end(h, &t);
}

/* What the kernel told moves everything to its time. */
Test(timeline, an_exact_event_is_taken_at_its_word, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h,
         "snap time_ms=1000 root=10 perf; 10 1 sh wait start=50;"
         "11 10 a sleep start=99 run_ns=0 queued_ns=0; 12 10 b run start=99 run_ns=0 queued_ns=0");
    push(h, "snap time_ms=1900 root=10 perf; 10 1 sh wait start=50;"
            "exit 11 0 time_ms=1250 start=100; fork 10 13 time_ms=1344 start=50;"
            "exit 12 -1 time_ms=1601 start=99; exec 13 c time_ms=1777 start=135;"
            "12 10 b zombie=512 start=99 run_ns=300000000 queued_ns=0;"
            "13 10 c sleep start=134 run_ns=55600000 queued_ns=0");
    make(&t, h, 100, 10);
    expect_text(marks(&t),
                "exit 11 @1250+0; fork 10>13 @1344+0; exit 12 @1601+0; exec 13 @1777+0; ");
    expect_text(names(&t), "10  (11)  12  13 ");
    expect_text(draw(&t, 1), "sss       ");
    expect_text(draw(&t, 2), "BBBBBBZZZ ");
    expect_text(draw(&t, 3), "   ssssss ");
    cr_expect(is_near(t.lanes[3].cells[5].run, 0.1)); /* since it was born, not since its tick */
    cr_expect(eq(u64, t.lanes[3].born_ns, 1344 * MS));
    cr_expect(eq(int, t.marks[2].status, 512)); /* the zombie tells it */
    expect_text(t.marks[3].comm, "c");
    end(h, &t);
}

/* Born and ended between two looks: only the kernel saw them. */
Test(timeline, who_lived_between_two_looks_has_a_lane_and_a_name, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10 perf; 10 1 sh wait start=50");
    push(h, "snap time_ms=1900 root=10 perf; 10 1 sh wait start=50;"
            "fork 10 11 time_ms=1100 start=50; fork 11 12 time_ms=1200 start=110;"
            "exec 12 true time_ms=1250 start=120; exit 12 0 time_ms=1450 start=120;"
            "exit 11 0 time_ms=1500 start=110; fork 10 11 time_ms=1600 start=50;"
            "exit 11 256 time_ms=1700 start=160");
    make(&t, h, 100, 10);
    expect_text(names(&t), "10  (11)   (12)  (11) ");
    expect_text(draw(&t, 1), " ????     ");
    expect_text(draw(&t, 2), "  ???     ");
    expect_text(draw(&t, 3), "      ?   ");
    expect_text(t.lanes[1].comm, "sh");
    expect_text(t.lanes[2].comm, "true");
    cr_expect(eq(sz, t.n_marks, 7));
    cr_expect(eq(sz, t.marks[1].lane, 1));
    cr_expect(eq(sz, t.marks[1].other_lane, 2));
    cr_expect(eq(sz, t.marks[5].other_lane, 3));
    cr_expect(eq(int, t.marks[6].status, 256));
    end(h, &t);
}

/* The program begins before the first look at it. */
Test(timeline, births_before_the_first_look_have_their_time, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1500 root=10 perf; fork 1 10 time_ms=1120 start=0;"
            "fork 10 11 time_ms=1310 start=112; 10 1 sh wait start=112; 11 10 a sleep start=131");
    push(h, "snap time_ms=1900 root=10 perf; 10 1 sh wait start=112; 11 10 a sleep start=131");
    make(&t, h, 100, 10);
    expect_text(marks(&t), "fork 1>10 @1120+0; fork 10>11 @1310+0; ");
    expect_text(draw(&t, 0), " ????cccc ");
    expect_text(draw(&t, 1), "   ??ssss ");
    end(h, &t);
}

Test(timeline, lanes_come_in_the_trees_order_with_those_that_ended, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10; 9 1 log poll outside; 10 1 sh wait start=50;"
            "12 10 b sleep start=51; 14 12 c sleep start=52; 13 10 d sleep start=53");
    push(h, "snap time_ms=1300 root=10; 9 1 log poll outside; 10 1 sh wait start=50;"
            "13 10 d sleep start=53; 14 1 c sleep start=52");
    make(&t, h, 100, 4);
    expect_text(names(&t), "10  (12)  13 14 9 ");
    end(h, &t);
}

Test(timeline, a_reused_pid_has_two_lanes, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10; 10 1 sh wait start=50; 11 10 a sleep start=60");
    push(h, "snap time_ms=1300 root=10; 10 1 sh wait start=50; 11 10 b poll start=120");
    make(&t, h, 100, 4);
    expect_text(names(&t), "10  (11)  11 ");
    expect_text(draw(&t, 1), "sss ");
    expect_text(draw(&t, 2), "  p ");
    end(h, &t);
}

Test(timeline, before_the_first_look_nothing_is_known_of_who_was_there, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1500 root=10; 10 1 a sleep start=105; 11 10 b sleep start=149");
    push(h, "snap time_ms=1900 root=10; 10 1 a sleep start=105; 11 10 b sleep start=149");
    make(&t, h, 100, 10);
    expect_text(draw(&t, 0), "?????ssss ");
    expect_text(draw(&t, 1), "    ?ssss ");
    cr_expect(eq(u64, t.first_look_ns, 1500 * MS));
    cr_expect(t.busy[0] < 0 && t.busy[6] >= 0);
    end(h, &t);
}

static void set_task(struct task *t, int run_ms)
{
    t->run_ns = run_ms * (int64_t)MS;
    t->queued_ns = 0;
    t->voluntary = run_ms;
    t->involuntary = 0;
}

Test(timeline, with_threads_each_has_a_lane_and_they_add_up, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    for (int i = 0; i <= 4; i++) {
        char text[256];
        bool has_second = i >= 2;
        snprintf(text, sizeof text,
                 "snap time_ms=%d root=10; 9 1 sh wait run_ns=0 queued_ns=0;"
                 "10 9 pool futex run_ns=%d000000 queued_ns=0 +10:futex +20:run %s;"
                 "11 10 kid sleep run_ns=0 queued_ns=0",
                 1000 + 100 * i, 100 * i + (has_second ? 50 * (i - 1) : 0),
                 has_second ? "+21:run" : "");
        struct snapshot *s = build_snapshot(text);
        set_task(&s->tasks[0], 0);
        set_task(&s->tasks[1], 100 * i);
        if (has_second)
            set_task(&s->tasks[2], 50 * (i - 1));
        cr_assert(eq(int, history_push(h, s), 0));
    }
    make(&t, h, 100, 5);
    expect_text(names(&t), "9  10   11 ");
    cr_expect(is_near(t.lanes[1].cells[2].run, 1.5), "%f", (double)t.lanes[1].cells[2].run);
    timeline_fini(&t);
    cr_assert(eq(int, timeline_init(&t, h, 4, 100 * MS, 5, true), 0));
    expect_text(names(&t), "9  10   10/20   10/21   11 ");
    expect_text(draw(&t, 1), "ffff ");
    expect_text(draw(&t, 2), "RRRR ");
    cr_expect(is_near(t.lanes[3].cells[2].run, 0.5) && is_near(t.lanes[3].cells[0].run, 0));
    cr_expect(is_near(t.busy[2], 1.5));
    cr_expect(is_near(t.lanes[2].cells[1].voluntary, 1000));
    cr_expect(is_near(t.lanes[2].recent.voluntary, 1000) && is_near(t.lanes[2].recent.run, 1));
    cr_expect(eq(sz, timeline_lane_of(&t, 10, 21, 100), 3));
    end(h, &t);
}

Test(timeline, going_back_shows_nothing_of_what_came_later, .timeout = 20)
{
    struct timeline t;
    struct history *h = two_spinners(20, 50, 50, 0);
    push(h,
         "snap time_ms=12100 root=10; 10 1 sh wait run_ns=0 queued_ns=0; 99 10 new run start=1205");
    cr_assert(eq(int, timeline_init(&t, h, 10, 100 * MS, 5, false), 0));
    expect_text(names(&t), "10  11  12 ");
    cr_expect(eq(u64, t.from_ns, 10600 * MS));
    cr_expect(eq(sz, t.n_marks, 0));
    end(h, &t);
}

/*
 * Of 10,000 looks a part is walked, and no time is lost by it; nor one who lived between two of
 * those that are.
 */
Test(timeline, many_looks_are_walked_by_slices, .timeout = 60)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    for (int i = 0; i < 10000; i++)
        push(h, "snap time_ms=%d root=10; 10 1 sh wait run_ns=%d000000 queued_ns=%d000000%s",
             100000 + 10 * i, 4 * i, i,
             i == 6001 || i == 6002 ? "; 77 10 short sleep start=16001" : "");
    make(&t, h, 2000, 50);
    double run = 0;
    for (size_t i = 0; i < 50; i++) {
        cr_expect(is_near(t.lanes[0].cells[i].run, 0.4), "cell %zu: %f", i,
                  (double)t.lanes[0].cells[i].run);
        run += t.lanes[0].cells[i].run;
    }
    cr_expect(is_near(run, 20));
    expect_text(names(&t), "10  (77) ");
    expect_text(marks(&t), "fork 10>77 @160010+10; exit 77 @160030+10; ");
    cr_expect(t.lanes[1].process && t.lanes[1].born_ns == 160010 * MS);
    end(h, &t);
}

/* As a corrupt recording may have them. */
Test(timeline, times_and_counts_that_cannot_be_do_no_harm, .timeout = 20)
{
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10; 10 1 a run run_ns=9223372036854775807 queued_ns=5 "
            "ticks=9223372036854775807 vol=9223372036854775807 start=18446744073709551615");
    push(h,
         "snap time_ms=18446744073708 root=10; 10 1 a run run_ns=7 queued_ns=9223372036854775807 "
         "ticks=9223372036854775807 vol=3 start=18446744073709551615; 11 10 b run run_ns=1 "
         "start=18446744073709551614");
    for (uint64_t cell_ms = 1; cell_ms < 20000; cell_ms *= 10)
        for (size_t n = 1; n < 200; n += 66) {
            make(&t, h, cell_ms, n);
            cr_expect(t.now_cell < n);
            timeline_fini(&t);
        }
    history_free(h);
}

/* The newest are told of; how many are not is said. */
Test(timeline, of_a_fork_storm_the_newest_are_shown, .timeout = 20)
{
    enum { FORKS = 5000 };
    struct timeline t;
    struct history *h = history_new(PLENTY);
    push(h, "snap time_ms=1000 root=10 perf; 10 1 sh wait start=50");
    struct snapshot *s = build_snapshot("snap time_ms=1900 root=10 perf; 10 1 sh wait start=50");
    for (int i = 0; i < FORKS; i++) {
        struct event *e = snapshot_add_event(s, EVENT_FORK);
        e->pid = 10, e->other = 1000 + i, e->start_ticks = 50;
        e->time_ns = 1100 * MS + (uint64_t)i * 100000;
    }
    cr_assert(eq(int, history_push(h, s), 0));
    make(&t, h, 100, 10);
    cr_expect(eq(sz, t.n_left_out, FORKS - TIMELINE_MOST_EVENTS));
    cr_expect(eq(sz, t.n_marks, TIMELINE_MOST_EVENTS));
    cr_expect(eq(sz, t.n_lanes, 1 + TIMELINE_MOST_EVENTS));
    cr_expect(eq(int, t.marks[t.n_marks - 1].other, 1000 + FORKS - 1));
    end(h, &t);
}

Test(timeline, looks_and_events_are_found_by_time, .timeout = 20)
{
    struct history *h = history_new(PLENTY);
    size_t n;
    push(h, "snap time_ms=1000 root=10; 10 1 sh wait");
    push(h, "snap time_ms=1100 root=10; 10 1 sh wait; 11 10 a sleep");
    push(h, "snap time_ms=1200 root=10; 10 1 sh wait; 12 10 b sleep");
    cr_expect(eq(sz, history_index_at(h, 0), 0));
    cr_expect(eq(sz, history_index_at(h, 1099 * MS), 0));
    cr_expect(eq(sz, history_index_at(h, 1100 * MS), 1));
    cr_expect(eq(sz, history_index_at(h, 9999 * MS), 2));
    const struct event *e = history_events(h, 0, 1, &n);
    cr_expect(eq(sz, n, 1));
    cr_expect(eq(int, e[0].other, 11));
    e = history_events(h, 2, 2, &n);
    cr_expect(eq(sz, n, 2));
    cr_expect(eq(int, e[0].other, 12));
    history_events(h, 0, 0, &n);
    cr_expect(eq(sz, n, 0));
    history_events(h, 2, 1, &n);
    cr_expect(eq(sz, n, 0));
    history_events(h, 0, 3, &n);
    cr_expect(eq(sz, n, 0));
    history_free(h);
}
