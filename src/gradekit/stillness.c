#include "gradekit/stillness.h"

#include "model/snapshot.h"

#include <string.h>

enum { LOOKS_NEEDED = 6 };

/* Nothing will wake it but another process. */
#define SURE_NS UINT64_C(300000000)
/* A timer may wake it (poll, sigtimedwait: the time limit is not in /proc), or it is not known what it is in (root without
   CAP_SYS_PTRACE may not look at the probe's user). */
#define UNSURE_NS UINT64_C(1500000000)
/* It sleeps for a time, and will go on; or it waits for a disk, a page or a lock of the kernel's
   (mprotect, on a busy machine), which ends by itself unless it is vfork's parent. */
#define SLEEPING_NS UINT64_C(6000000000)

void stillness_reset(struct stillness *st)
{
    *st = (struct stillness){0};
}

/* FNV-1a, a word at a time: only equality is asked for. */
static void mix(uint64_t *hash, int64_t value)
{
    *hash = (*hash ^ (uint64_t)value) * UINT64_C(0x100000001B3);
}

static uint64_t needed_ns(char state, enum wait_kind kind)
{
    if (state == 'D')
        return SLEEPING_NS;
    switch (kind) {
    case WAIT_SLEEP:
        return SLEEPING_NS;
    case WAIT_POLL:
    case WAIT_SIGNAL:
    case WAIT_OTHER:
    case WAIT_UNKNOWN:
        return UNSURE_NS;
    default:
        return SURE_NS;
    }
}

static void mix_task(struct stillness *now, char state, const struct waiting *waiting)
{
    if (state == 'R')
        now->is_still = false;
    if (state == 'Z' || state == 'X')
        return;
    uint64_t needed = needed_ns(state, waiting->kind);
    if (needed > now->needed_ns)
        now->needed_ns = needed;
    mix(&now->signature, state);
}

static void mix_process(struct stillness *now, const struct snapshot *s, const struct process *p)
{
    mix(&now->signature, p->pid);
    mix(&now->signature, (int64_t)p->start_ticks);
    mix(&now->signature, p->state);
    mix(&now->signature, p->voluntary);
    mix(&now->signature, p->involuntary);
    mix(&now->signature, p->run_ns);
    mix(&now->signature, p->minor_faults);
    mix(&now->signature, p->read_bytes);
    mix(&now->signature, p->written_bytes);
    mix(&now->signature, (int64_t)p->n_fds);
    mix_task(now, p->state, &p->waiting);
    for (size_t i = 0; i < p->n_tasks; i++) {
        const struct task *t = &s->tasks[p->first_task + i];
        mix(&now->signature, t->tid);
        mix_task(now, t->state, &t->waiting);
    }
}

bool stillness_look(struct stillness *st, const struct snapshot *s)
{
    struct stillness now = {.signature = UINT64_C(0xCBF29CE484222325), .is_still = true};
    for (size_t i = 0; i < s->n_processes; i++)
        if (!s->processes[i].is_outside)
            mix_process(&now, s, &s->processes[i]);
    if (!now.is_still || now.signature != st->signature || st->looks == 0) {
        now.since_ns = s->time_ns;
        now.looks = now.is_still;
        *st = now;
        return false;
    }
    st->looks++;
    st->needed_ns = now.needed_ns;
    return st->looks >= LOOKS_NEEDED && s->time_ns - st->since_ns >= st->needed_ns;
}

bool stillness_was_queued(const struct snapshot *before, const struct snapshot *now)
{
    int64_t queued_ns = 0;
    if (!before)
        return false;
    for (size_t i = 0; i < now->n_processes; i++) {
        const struct process *p = &now->processes[i], *same = snapshot_find_same(before, p);
        if (p->is_outside || p->queued_ns < 0)
            continue;
        queued_ns += p->queued_ns - (same && same->queued_ns > 0 ? same->queued_ns : 0);
    }
    return queued_ns >= (int64_t)(now->time_ns - before->time_ns) / 2;
}
