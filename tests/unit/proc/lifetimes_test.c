/* What the kernel told of tasks, made up, beside what /proc showed: which events come of it. */
#include "proc/lifetimes.h"

#include "support/snapshot_builder.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define MS UINT64_C(1000000)

/* Times in ms; a process that is born at 1000 ms has start=100. */
#define FORK(at, made_by, it)                                                                      \
    {                                                                                              \
        .time_ns = (at)*MS, .kind = LIFECYCLE_FORK, .pid = (it), .tid = (it), .parent = (made_by), \
        .status = -1                                                                               \
    }
#define THREAD(at, it, task)                                                                       \
    {                                                                                              \
        .time_ns = (at)*MS, .kind = LIFECYCLE_FORK, .pid = (it), .tid = (task), .parent = (it),    \
        .status = -1                                                                               \
    }
#define EXEC(at, it, name)                                                                         \
    {                                                                                              \
        .time_ns = (at)*MS, .kind = LIFECYCLE_EXEC, .pid = (it), .tid = (it), .status = -1,        \
        .comm = name                                                                               \
    }
#define EXIT(at, it, task, wait_status)                                                            \
    {                                                                                              \
        .time_ns = (at)*MS, .kind = LIFECYCLE_EXIT, .pid = (it), .tid = (task),                    \
        .status = (wait_status)                                                                    \
    }
#define LOST(at, n)                                                                                \
    {                                                                                              \
        .time_ns = (at)*MS, .kind = LIFECYCLE_LOST, .count = (n), .status = -1                     \
    }

enum { ROOT = 1, RECORDS_MOST = 8 };

struct step {
    const char *snapshot;
    struct lifecycle_record records[RECORDS_MOST];
    const char *events; /* "fork 1>10, exec 10 sh, exit 10=0 ~": what is sampled ends with ~ */
    bool is_sampled;    /* the snapshot */
};

static bool is_ending(void *arg, pid_t pid)
{
    return *(pid_t *)arg == pid;
}

static void describe(const struct snapshot *s, char *text, size_t len)
{
    FILE *out = fmemopen(text, len, "w");
    for (size_t i = 0; i < s->n_events; i++) {
        const struct event *e = &s->events[i];
        fprintf(out, "%s%s ", i ? ", " : "", event_kind_name(e->kind));
        if (e->kind == EVENT_FORK)
            fprintf(out, "%d>%d", (int)e->pid, (int)e->other);
        else if (e->kind == EVENT_EXEC)
            fprintf(out, "%d %s", (int)e->pid, e->comm);
        else if (e->kind == EVENT_EXIT)
            fprintf(out, "%d=%d", (int)e->pid, e->status);
        else
            fprintf(out, "%d", (int)e->count);
        if (e->obtained != OBTAINED_EXACT)
            fputs(" ~", out);
    }
    fclose(out);
}

static void expect_steps(pid_t root, enum events_from from, pid_t ending, const struct step *steps,
                         size_t n)
{
    struct lifetimes *lt = lifetimes_new(root, from, root != ROOT);
    cr_assert(lt);
    for (size_t i = 0; i < n; i++) {
        char told[512] = "";
        struct snapshot *s = build_snapshot(steps[i].snapshot);
        size_t n_records = 0;
        while (n_records < RECORDS_MOST && steps[i].records[n_records].time_ns)
            n_records++;
        cr_assert_eq(lifetimes_apply(lt, steps[i].records, n_records, s, is_ending, &ending), 0);
        describe(s, told, sizeof told);
        cr_expect_str_eq(told, steps[i].events, "step %zu: %s", i, told);
        cr_expect_eq(s->obtained, steps[i].is_sampled ? OBTAINED_SAMPLED : OBTAINED_EXACT,
                     "step %zu: %s", i, obtained_name(s->obtained));
        cr_expect_eq(s->events_from, from);
        snapshot_free(s);
    }
    lifetimes_free(lt);
}

#define EXPECT_STEPS(from, ending, ...)                                                            \
    do {                                                                                           \
        const struct step steps[] = {__VA_ARGS__};                                                 \
        expect_steps(ROOT, from, ending, steps, sizeof steps / sizeof *steps);                     \
    } while (0)
/* A tree that ran already, below root (0: everybody). */
#define EXPECT_RUNNING(root, ...)                                                                  \
    do {                                                                                           \
        const struct step steps[] = {__VA_ARGS__};                                                 \
        expect_steps(root, EVENTS_CONNECTOR, 0, steps, sizeof steps / sizeof *steps);              \
    } while (0)

Test(lifetimes, who_lives_too_shortly_to_be_seen)
{
    EXPECT_STEPS(EVENTS_PERF, 0,
                 {.snapshot = "snap root=1 time_ms=1100; 10 1 sh wait start=100",
                  .records = {FORK(1000, ROOT, 10), EXEC(1001, 10, "sh"), FORK(1002, 10, 11),
                              EXEC(1003, 11, "true"), EXIT(1004, 11, 11, -1), FORK(1005, 10, 12),
                              EXIT(1006, 12, 12, -1)},
                  .events = "fork 1>10, exec 10 sh, fork 10>11, exec 11 true, exit 11=-1, "
                            "fork 10>12, exit 12=-1"},
                 {.snapshot = "snap root=1 time_ms=1200",
                  .records = {EXIT(1150, 10, 10, -1)},
                  .events = "exit 10=-1"});
}

Test(lifetimes, a_process_ends_with_its_last_task)
{
    EXPECT_STEPS(EVENTS_CONNECTOR, 0,
                 {.snapshot = "snap root=1 time_ms=1100; 10 1 a run start=100",
                  .records = {FORK(1000, ROOT, 10), THREAD(1001, 10, 11), THREAD(1002, 10, 12),
                              EXIT(1003, 10, 11, 0)},
                  .events = "fork 1>10"},
                 {.snapshot = "snap root=1 time_ms=1200; 10 1 a run start=100",
                  .records = {EXIT(1150, 10, 10, 768)},
                  .events = ""},
                 {.snapshot = "snap root=1 time_ms=1300",
                  .records = {EXIT(1250, 10, 12, 0)},
                  .events = "exit 10=768"});
}

/* The connector tells of everybody; so does perf, where everybody may be watched. */
Test(lifetimes, only_descendants_of_the_root_count)
{
    static const enum events_from feeds[] = {EVENTS_CONNECTOR, EVENTS_PERF};
    for (size_t i = 0; i < sizeof feeds / sizeof *feeds; i++)
        EXPECT_STEPS(feeds[i], 0,
                     {.snapshot = "snap root=1 time_ms=1100; 10 1 a run start=100",
                      .records = {FORK(999, 77, 78), FORK(1000, ROOT, 10), EXEC(1001, 78, "b"),
                                  FORK(1002, 78, 79), EXIT(1003, 79, 79, 0), EXIT(1004, 77, 77, 0),
                                  EXIT(1005, ROOT, ROOT, 0)},
                      .events = "fork 1>10"});
}

Test(lifetimes, statuses_that_the_kernel_did_not_tell)
{
    struct lifetimes *lt = lifetimes_new(ROOT, EVENTS_PERF, false);
    pid_t none = 0;
    const struct lifecycle_record records[] = {
        FORK(1000, ROOT, 10),   FORK(1001, 10, 11),     FORK(1002, 10, 12),    FORK(1003, 10, 13),
        EXIT(1004, 11, 11, -1), EXIT(1005, 12, 12, -1), EXIT(1006, 13, 13, -1)};
    struct snapshot *s = build_snapshot("snap root=1 time_ms=1100; 10 1 a run start=100;"
                                        "11 10 b zombie=256 start=100");
    char told[256] = "";
    lifetimes_note_status(lt, 12, 9, 1007 * MS);
    lifetimes_note_status(lt, 13, 512, 900 * MS); /* of who had the PID before */
    cr_assert_eq(lifetimes_apply(lt, records, 7, s, is_ending, &none), 0);
    describe(s, told, sizeof told);
    cr_expect_str_eq(told, "fork 1>10, fork 10>11, fork 10>12, fork 10>13, exit 11=256, exit 12=9, "
                           "exit 13=-1");
    snapshot_free(s);
    lifetimes_free(lt);
}

/* The start that a birth's time makes, and the one that /proc shows, may differ by one tick. */
Test(lifetimes, start_ticks_are_those_of_proc)
{
    struct lifetimes *lt = lifetimes_new(ROOT, EVENTS_PERF, false);
    pid_t none = 0;
    const struct lifecycle_record records[] = {FORK(1000, ROOT, 10), EXEC(1001, 10, "a"),
                                               FORK(1002, 10, 11), EXIT(1003, 11, 11, -1)};
    struct snapshot *s = build_snapshot("snap root=1 time_ms=1100; 10 1 a run start=99");
    cr_assert_eq(lifetimes_apply(lt, records, 4, s, is_ending, &none), 0);
    cr_assert_eq(s->n_events, 4);
    cr_expect_eq(s->events[1].start_ticks, 99);
    cr_expect_eq(s->events[3].start_ticks, 100, "never seen: by its time");
    snapshot_free(s);
    lifetimes_free(lt);
}

/* perf lets go of who executes a set-uid program, and says EXIT. */
Test(lifetimes, who_lives_on_after_its_end_was_told)
{
    EXPECT_STEPS(
        EVENTS_PERF, 0,
        {.snapshot = "snap root=1 time_ms=1100; 10 1 su run start=100",
         .records = {FORK(1000, ROOT, 10), EXEC(1001, 10, "su"), EXIT(1002, 10, 10, -1)},
         .events = "fork 1>10, exec 10 su",
         .is_sampled = true},
        {.snapshot = "snap root=1 time_ms=1200; 10 1 su wait start=100; 11 10 sh run start=115",
         .events = "",
         .is_sampled = true},
        {.snapshot = "snap root=1 time_ms=1300; 10 1 su wait start=100; 11 10 sh run start=115",
         .events = "fork 10>11 ~",
         .is_sampled = true},
        {.snapshot = "snap root=1 time_ms=1400; 10 1 su zombie=0 start=100",
         .events = "",
         .is_sampled = true},
        {.snapshot = "snap root=1 time_ms=1500; 10 1 su zombie=0 start=100",
         .events = "exit 10=0 ~, exit 11=-1 ~"});
}

Test(lifetimes, who_is_just_ending_has_ended)
{
    EXPECT_STEPS(EVENTS_PERF, 10,
                 {.snapshot = "snap root=1 time_ms=1100; 10 1 a run start=100",
                  .records = {FORK(1000, ROOT, 10), EXIT(1002, 10, 10, -1)},
                  .events = "fork 1>10, exit 10=-1"});
}

/* A birth and a death were lost: /proc tells, when two looks in a row agree. */
Test(lifetimes, mends_what_was_lost)
{
    EXPECT_STEPS(
        EVENTS_CONNECTOR, 0,
        {.snapshot = "snap root=1 time_ms=1100; 10 1 a run start=100; 11 10 b run start=100",
         .records = {FORK(1000, ROOT, 10), FORK(1001, 10, 11)},
         .events = "fork 1>10, fork 10>11"},
        {.snapshot = "snap root=1 time_ms=1200; 10 1 a run start=100; 12 10 c run start=115",
         .records = {LOST(1150, 2)},
         .events = "lost 2"},
        {.snapshot = "snap root=1 time_ms=1300; 10 1 a run start=100; 12 10 c run start=115",
         .events = "exit 11=-1 ~, fork 10>12 ~"},
        {.snapshot = "snap root=1 time_ms=1400; 10 1 a run start=100",
         .records = {EXIT(1350, 12, 12, 0)},
         .events = "exit 12=0"});
}

/* Without a loss the records are right: what is there and was not told yet will be. */
Test(lifetimes, what_is_younger_than_the_look_is_told_at_the_next)
{
    EXPECT_STEPS(
        EVENTS_PERF, 0,
        {.snapshot = "snap root=1 time_ms=1100; 10 1 a run start=100; 11 10 b run start=110",
         .records = {FORK(1000, ROOT, 10)},
         .events = "fork 1>10"},
        {.snapshot = "snap root=1 time_ms=1200; 10 1 a run start=100; 11 10 b run start=110",
         .records = {FORK(1101, 10, 11)},
         .events = "fork 10>11"});
}

Test(lifetimes, a_pid_that_is_given_out_again)
{
    EXPECT_STEPS(EVENTS_PERF, 0,
                 {.snapshot = "snap root=1 time_ms=1100; 10 1 a run start=100",
                  .records = {FORK(1000, ROOT, 10), FORK(1001, 10, 11), LOST(1002, 1),
                              FORK(1003, 10, 11), EXIT(1004, 11, 11, -1)},
                  .events = "fork 1>10, fork 10>11, lost 1, exit 11=-1 ~, fork 10>11, exit 11=-1"});
}

Test(lifetimes, of_a_tree_that_ran_already)
{
    EXPECT_RUNNING(
        10,
        {.snapshot = "snap root=10 time_ms=2000; 10 1 a run start=100 threads=3;"
                     "11 10 b run start=100; 12 10 c run start=195; 13 10 d zombie=0 start=90",
         .records = {FORK(1950, 10, 12), FORK(1960, 77, 78), FORK(1970, 10, 14),
                     EXIT(1980, 14, 14, 0)},
         .events = "fork 10>12, fork 10>14, exit 14=0"},
        {.snapshot = "snap root=10 time_ms=2100; 10 1 a run start=100 threads=2",
         .records = {EXIT(2010, 11, 11, 9), EXIT(2020, 12, 12, 0), EXIT(2030, 10, 91, 0)},
         .events = "exit 11=9, exit 12=0"},
        {.snapshot = "snap root=10 time_ms=2200",
         .records = {EXIT(2110, 10, 10, 0), EXIT(2120, 10, 92, 0)},
         .events = "exit 10=0"});
}

Test(lifetimes, of_everybody)
{
    EXPECT_RUNNING(0,
                   {.snapshot = "snap time_ms=2000; 1 0 init run start=0; 77 1 b run start=100",
                    .records = {FORK(1960, 66, 78)},
                    .events = "fork 66>78"},
                   {.snapshot = "snap time_ms=2100; 1 0 init run start=0; 78 1 b run start=196",
                    .records = {EXIT(2010, 77, 77, 0), FORK(2020, 78, 79), EXIT(2030, 79, 79, 0)},
                    .events = "exit 77=0, fork 78>79, exit 79=0"});
}
