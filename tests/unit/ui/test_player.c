/* Which snapshot is shown: by its number, while others come and go. */
#include "ui/player.h"

#include "model/source.h"

#include <criterion/criterion.h>
#include <errno.h>

#define LOOK_NS UINT64_C(100000000)

/* A made-up source: a look every tenth of a second; every tenth one has one more process. */
struct made_up {
    struct source source;
    int next, end; /* end: how many there are */
    bool waits;    /* there are none yet, rather than no more */
};

static int made_up_next(struct source *source, struct snapshot **out)
{
    struct made_up *m = (struct made_up *)source;
    if (m->next == m->end)
        return m->waits ? -EAGAIN : -ENODATA;
    struct snapshot *s = snapshot_new();
    s->time_ns = LOOK_NS * (uint64_t)(m->next + 1);
    for (int i = 0; i <= m->next / 10; i++) {
        struct process *p = snapshot_add_process(s, 100 + i);
        p->ppid = i ? 100 : 1;
        p->start_ticks = (uint64_t)(10 + i);
        p->state = 'S';
    }
    m->next++;
    *out = s;
    return 0;
}

static const struct source_ops made_up_ops = {.next = made_up_next};

static struct made_up make_source(int end)
{
    return (struct made_up){.source = {.ops = &made_up_ops}, .end = end};
}

static uint64_t shown_ns(struct player *p)
{
    const struct moment *m = player_moment(p);
    cr_assert(m);
    return m->now->time_ns;
}

static void begin(struct player *p, struct made_up *source, bool is_replay, size_t bytes)
{
    cr_assert_eq(player_init(p, &source->source, is_replay, bytes, 0), 0);
}

static void look(struct player *p, int n)
{
    for (int i = 0; i < n; i++)
        cr_assert_eq(player_tick(p, 0), 0);
}

Test(player, live_shows_the_newest_and_looks_on_while_paused, .timeout = 30)
{
    struct made_up source = make_source(1000);
    struct player p;
    begin(&p, &source, false, 64 << 20);
    look(&p, 20);
    cr_expect_eq(shown_ns(&p), 21 * LOOK_NS);
    player_pause(&p);
    look(&p, 30);
    cr_expect_eq(shown_ns(&p), 21 * LOOK_NS);
    cr_expect_eq(player_back(&p), 30);
    cr_expect_eq(player_back_ns(&p), 30 * LOOK_NS);
    cr_expect(player_step(&p, -1));
    cr_expect_eq(shown_ns(&p), 20 * LOOK_NS);
    player_go_on(&p, 0);
    cr_expect_eq(shown_ns(&p), 51 * LOOK_NS);
    cr_expect_not(player_step(&p, 1));
    cr_expect(p.paused);
    player_go_live(&p, 0);
    cr_expect_not(p.paused);
    player_fini(&p);
}

Test(player, keeps_its_place_while_the_oldest_are_dropped, .timeout = 30)
{
    struct made_up source = make_source(5000);
    struct player p;
    begin(&p, &source, false, 256 * 1024);
    look(&p, 200);
    player_pause(&p);
    player_step(&p, -1);
    uint64_t place = shown_ns(&p);
    size_t index = player_index(&p);
    while (player_index(&p) > 0) { /* until the next to be dropped is the one shown */
        look(&p, 1);
        cr_assert_eq(shown_ns(&p), place);
    }
    cr_expect_lt(player_index(&p), index);
    while (shown_ns(&p) == place)
        look(&p, 1);
    cr_expect_eq(player_index(&p), 0); /* then the oldest that there is */
    player_fini(&p);
}

Test(player, steps_to_what_happened_and_to_the_oldest, .timeout = 30)
{
    struct made_up source = make_source(1000);
    struct player p;
    begin(&p, &source, false, 64 << 20);
    look(&p, 34); /* births with the 11th, 21st and 31st */
    cr_expect(player_step_event(&p, -1));
    cr_expect_eq(shown_ns(&p), 31 * LOOK_NS);
    cr_expect(player_step_event(&p, -1));
    cr_expect_eq(shown_ns(&p), 21 * LOOK_NS);
    cr_expect_eq(player_moment(&p)->now->n_processes, 3);
    cr_expect(player_step_event(&p, 1));
    cr_expect_eq(shown_ns(&p), 31 * LOOK_NS);
    cr_expect_not(player_step_event(&p, 1));
    cr_expect_eq(shown_ns(&p), 31 * LOOK_NS);
    player_go_oldest(&p);
    cr_expect_eq(shown_ns(&p), LOOK_NS);
    cr_expect_not(player_step(&p, -1));
    cr_expect_not(player_step_event(&p, -1));
    player_fini(&p);
}

Test(player, plays_a_recording_by_its_own_times, .timeout = 30)
{
    struct made_up source = make_source(100);
    struct player p;
    begin(&p, &source, true, 64 << 20);
    cr_assert_eq(player_tick(&p, LOOK_NS / 2), 0);
    cr_expect_eq(shown_ns(&p), LOOK_NS);
    cr_assert_eq(player_tick(&p, 3 * LOOK_NS), 0);
    cr_expect_eq(shown_ns(&p), 4 * LOOK_NS);
    player_set_speed(&p, 10, 3 * LOOK_NS);
    cr_assert_eq(player_tick(&p, 4 * LOOK_NS), 0);
    cr_expect_eq(shown_ns(&p), 14 * LOOK_NS);
    player_pause(&p);
    cr_assert_eq(player_tick(&p, 90 * LOOK_NS), 0);
    cr_expect_eq(shown_ns(&p), 14 * LOOK_NS);
    cr_expect(player_step(&p, 1)); /* read at once */
    cr_expect_eq(shown_ns(&p), 15 * LOOK_NS);
    cr_expect(player_step_event(&p, 1));
    cr_expect_eq(shown_ns(&p), 21 * LOOK_NS);
    player_go_oldest(&p);
    player_set_speed(&p, 1, 100 * LOOK_NS);
    player_go_on(&p, 100 * LOOK_NS);
    cr_assert_eq(player_tick(&p, 102 * LOOK_NS), 0); /* what is kept is played again */
    cr_expect_eq(shown_ns(&p), 3 * LOOK_NS);
    player_fini(&p);
}

Test(player, stands_at_the_end_of_a_recording, .timeout = 30)
{
    struct made_up source = make_source(200);
    struct player p;
    begin(&p, &source, true, 64 << 20);
    player_go_live(&p, 0);
    for (int i = 0; i < 10 && !p.paused; i++)
        look(&p, 1);
    cr_expect(p.paused && p.has_ended);
    cr_expect_eq(shown_ns(&p), 200 * LOOK_NS);
    cr_expect_not(player_step(&p, 1));
    cr_expect(player_step(&p, -1));
    cr_expect_eq(shown_ns(&p), 199 * LOOK_NS);
    player_go_live(&p, 0);
    cr_expect_eq(shown_ns(&p), 200 * LOOK_NS);
    player_fini(&p);
}

Test(player, waits_for_a_recording_that_is_still_written, .timeout = 30)
{
    struct made_up source = make_source(3);
    source.waits = true;
    struct player p;
    begin(&p, &source, true, 64 << 20);
    player_go_live(&p, 0);
    look(&p, 1);
    cr_expect_eq(shown_ns(&p), 3 * LOOK_NS);
    cr_expect_not(p.paused || p.has_ended || p.is_hurrying);
    source.end = 4;
    cr_assert_eq(player_tick(&p, (int64_t)LOOK_NS), 0);
    cr_expect_eq(shown_ns(&p), 4 * LOOK_NS);
    player_fini(&p);
}

Test(player, without_a_first_snapshot_there_is_nothing_to_show, .timeout = 30)
{
    struct made_up source = make_source(0);
    struct player p;
    cr_expect_eq(player_init(&p, &source.source, true, 1 << 20, 0), -ENODATA);
    player_fini(&p);
}
