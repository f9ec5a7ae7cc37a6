#include "gradekit/stillness.h"

#include "model/snapshot.h"

#include <criterion/criterion.h>

#define MS UINT64_C(1000000)

/* One process that is asleep, with so many switches; each field of it can be changed by the test. */
static struct snapshot *look(uint64_t time_ns, char state, enum wait_kind kind, int64_t switches)
{
    struct snapshot *s = snapshot_new();
    struct process *p = snapshot_add_process(s, 10);
    p->state = state;
    p->waiting.kind = kind;
    p->voluntary = switches;
    s->time_ns = time_ns;
    snapshot_finish(s);
    return s;
}

/* After how many ms of looks that are all the same, every 40 ms, is it said to hang? 0: never within 10 s. */
static uint64_t hangs_after_ms(char state, enum wait_kind kind)
{
    struct stillness st;
    stillness_reset(&st);
    for (uint64_t ms = 0; ms <= 10000; ms += 40) {
        struct snapshot *s = look(ms * MS, state, kind, 5);
        bool hangs = stillness_look(&st, s);
        snapshot_free(s);
        if (hangs)
            return ms;
    }
    return 0;
}

Test(stillness, asleep_in_what_no_timer_wakes, .timeout = 10)
{
    cr_expect_lt(hangs_after_ms('S', WAIT_PIPE_READ), 1000);
    cr_expect_gt(hangs_after_ms('S', WAIT_PIPE_READ), 200);
    cr_expect_lt(hangs_after_ms('S', WAIT_CHILD), 1000);
    cr_expect_lt(hangs_after_ms('T', WAIT_NOTHING), 1000);
}

Test(stillness, a_sleep_may_end_by_itself, .timeout = 10)
{
    cr_expect_gt(hangs_after_ms('S', WAIT_SLEEP), 5000);
    cr_expect_gt(hangs_after_ms('S', WAIT_POLL), 1000);
    cr_expect_gt(hangs_after_ms('S', WAIT_UNKNOWN), 1000);
    cr_expect_lt(hangs_after_ms('S', WAIT_UNKNOWN), 2000);
    cr_expect_gt(hangs_after_ms('D', WAIT_OTHER), 1000);
}

Test(stillness, what_runs_does_not_hang, .timeout = 10)
{
    cr_expect_eq(hangs_after_ms('R', WAIT_NOTHING), 0);
}

Test(stillness, a_switch_between_two_looks_is_seen, .timeout = 10)
{
    struct stillness st;
    stillness_reset(&st);
    for (int i = 0; i < 100; i++) {
        /* Asleep at each look; woken once in every tenth interval. */
        struct snapshot *s = look((uint64_t)i * 40 * MS, 'S', WAIT_PIPE_READ, i / 5);
        cr_assert_not(stillness_look(&st, s), "look %d", i);
        snapshot_free(s);
    }
}

Test(stillness, a_new_process_is_a_movement, .timeout = 10)
{
    struct stillness st;
    stillness_reset(&st);
    for (int i = 0; i < 100; i++) {
        struct snapshot *s = look((uint64_t)i * 40 * MS, 'S', WAIT_CHILD, 5);
        struct process *p = snapshot_add_process(s, 100 + i / 5);
        p->state = 'S';
        p->waiting.kind = WAIT_PIPE_READ;
        cr_assert_not(stillness_look(&st, s), "look %d", i);
        snapshot_free(s);
    }
}

Test(stillness, one_thread_that_runs_is_a_movement, .timeout = 10)
{
    struct stillness st;
    stillness_reset(&st);
    for (int i = 0; i < 100; i++) {
        struct snapshot *s = look((uint64_t)i * 40 * MS, 'S', WAIT_FUTEX, 5);
        struct task *t = snapshot_add_task(s, 11);
        t->state = 'R';
        cr_assert_not(stillness_look(&st, s), "look %d", i);
        snapshot_free(s);
    }
}

/* Two looks 40 ms apart at a process that was queued so long in between, and at its child, there only then, so long. */
static bool was_queued(int64_t queued_ms, int64_t child_ms)
{
    struct snapshot *before = look(0, 'R', WAIT_NOTHING, 5),
                    *now = look(40 * MS, 'R', WAIT_NOTHING, 6);
    before->processes[0].queued_ns = 700 * (int64_t)MS;
    now->processes[0].queued_ns = queued_ms < 0 ? -1 : (700 + queued_ms) * (int64_t)MS;
    struct process *child = snapshot_add_process(now, 11);
    child->queued_ns = child_ms * (int64_t)MS;
    snapshot_finish(now);
    bool was = stillness_was_queued(before, now);
    snapshot_free(before);
    snapshot_free(now);
    return was;
}

Test(stillness, whoever_waits_for_a_cpu_is_held_up, .timeout = 10)
{
    cr_expect(was_queued(30, 0));
    cr_expect_not(was_queued(10, 0));
    cr_expect(was_queued(12, 12));
    cr_expect(was_queued(0, 30));
    cr_expect_not(was_queued(-1, 0));
    struct snapshot *first = look(40 * MS, 'R', WAIT_NOTHING, 5);
    first->processes[0].queued_ns = 40 * (int64_t)MS;
    cr_expect_not(stillness_was_queued(NULL, first));
    snapshot_free(first);
}
