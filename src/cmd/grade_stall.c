#include "cmd/grade_stall.h"

#include "model/snapshot.h"
#include "model/source.h"
#include "proc/live.h"
#include "ui/clock.h"

#define LOOK_EVERY_NS INT64_C(500000000)

void stall_init(struct stall *s, pid_t grader)
{
    *s = (struct stall){.grader = grader, .heard_ns = clock_monotonic_ns()};
}

void stall_fini(struct stall *s)
{
    source_free(s->source);
    s->source = NULL;
}

void stall_hear(struct stall *s)
{
    s->heard_ns = clock_monotonic_ns();
    stillness_reset(&s->stillness);
}

bool stall_is_stuck(struct stall *s, int64_t silent_ns)
{
    const struct live_options options = {
        .root_pid = s->grader, .no_peek = true, .no_outside = true};
    struct snapshot *look;
    int64_t now = clock_monotonic_ns();
    if (now - s->heard_ns < silent_ns || now - s->looked_ns < LOOK_EVERY_NS)
        return false;
    s->looked_ns = now;
    if ((!s->source && live_open(&options, &s->source) < 0) || source_next(s->source, &look) < 0)
        return false;
    bool is_stuck = look->n_processes > 0 && stillness_look(&s->stillness, look);
    snapshot_free(look);
    return is_stuck;
}
