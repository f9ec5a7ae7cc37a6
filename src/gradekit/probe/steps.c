/*
 * steps.c - tasks that are stepped side by side, instruction by instruction (x86-64), or stopped now and then.
 */
#include "gradekit/probe/internal.h"
#include "gradekit/probe/probe.h"
#include "gradekit/probe/tasks.h"
#include "gradekit/probe/tasks_parts.h"

#include <sched.h>
#include <signal.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum {
    STEPS_MAX = 20000, /* of one task; then it goes on by itself */
    YIELDS = 20,       /* before a task that is ahead sleeps between looks */
    ASLEEP_LOOKS = 2,  /* in a row: then it waits for something, and is no more waited for */
    SHAKES_MAX = 300,
    SHAKE_NS = 50000,
};
#define TRAP_FLAG 0x100 /* of x86's EFLAGS: trap after each instruction */

static unsigned step_tasks; /* 0: no stepping */
static int step_lag;

bool probe_tasks_can_step(void)
{
#if defined(__x86_64__)
    return true;
#else
    return false;
#endif
}

#if defined(__x86_64__)

/* How far it is, with what it is to be behind counted as done. */
static long progress_of(int i)
{
    long lag = i % 2 ? step_lag : -(long)step_lag;
    return (long)probe_tasks->task[i].steps + (lag > 0 ? lag : 0);
}

/* It is behind: wait until it no longer is, or has ended, or sleeps (for what we hold). */
static void wait_for_task(int other)
{
    struct task *mine = &probe_tasks->task[probe_tasks_me], *its = &probe_tasks->task[other];
    static _Thread_local unsigned asleep_at[TASKS_MAX]; /* it slept then, and has not moved since */
    unsigned asleep = 0, last = its->steps;
    for (unsigned looks = 0; !its->is_over && progress_of(other) < progress_of(probe_tasks_me);
         looks++) {
        unsigned steps = its->steps;
        if (asleep_at[other] == steps + 1)
            return;
        if (looks < YIELDS) {
            sched_yield();
            continue;
        }
        mine->is_waiting = true;
        probe_tasks_rest();
        mine->is_waiting = false;
        char state = probe_tasks_state(probe_tasks->who[other].pid, probe_tasks->who[other].tid);
        if (probe_tasks_has_ended(state))
            its->is_over = true;
        asleep = state == 'S' && !its->is_waiting && its->steps == last ? asleep + 1 : 0;
        last = its->steps;
        if (asleep >= ASLEEP_LOOKS)
            asleep_at[other] = last + 1;
    }
}

/* SIGTRAP: one instruction was done. */
static void see_step(int signal_number, siginfo_t *info, void *context)
{
    ucontext_t *machine = context;
    int error = errno;
    (void)signal_number, (void)info;
    if (probe_tasks_me < 0 || step_tasks == 0 ||
        probe_tasks->task[probe_tasks_me].steps >= STEPS_MAX) {
        machine->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
        if (probe_tasks_me >= 0)
            probe_tasks->task[probe_tasks_me].is_over = true;
    } else {
        probe_tasks->task[probe_tasks_me].steps++;
        for (int i = 0; i < (int)probe_tasks->n && i < TASKS_MAX; i++)
            if (i != probe_tasks_me)
                wait_for_task(i);
    }
    errno = error;
}

static void set_trap(void)
{
    __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() | TRAP_FLAG);
}

static void clear_trap(void)
{
    __builtin_ia32_writeeflags_u64(__builtin_ia32_readeflags_u64() & ~(uint64_t)TRAP_FLAG);
}

static void catch_steps(void)
{
    const struct sigaction action = {.sa_sigaction = see_step, .sa_flags = SA_SIGINFO | SA_RESTART};
    probe_must(sigaction(SIGTRAP, &action, NULL) == 0);
}

#else

static void set_trap(void)
{
}

static void clear_trap(void)
{
}

static void catch_steps(void)
{
    step_tasks = 0;
}

#endif

void probe_tasks_step(unsigned n, int lag)
{
    step_tasks = n;
    step_lag = lag;
    catch_steps();
}

unsigned long probe_tasks_steps(void)
{
    unsigned long steps = 0;
    for (unsigned i = 0; i < TASKS_MAX; i++)
        steps += probe_tasks->task[i].steps;
    return steps;
}

/*
 * The C library blocks all signals where it makes a task, and an instruction that traps then kills: let a task that is
 * itself stepped go meanwhile.
 */
bool probe_tasks_pause(void)
{
    bool is_stepped =
        probe_tasks_me >= 0 && step_tasks > 0 && !probe_tasks->task[probe_tasks_me].is_over;
    if (is_stepped)
        clear_trap();
    return is_stepped;
}

void probe_tasks_resume(bool is_stepped)
{
    if (is_stepped)
        set_trap();
}

/* ---- shaking -------------------------------------------------------------------- */

static bool is_shaking;
static _Thread_local timer_t shaker;
static _Thread_local unsigned shakes_left; /* 0: no timer */

static void stop_shaking(void)
{
    if (shakes_left > 0)
        timer_delete(shaker);
    shakes_left = 0;
}

/* SIGPROF: stand still in the middle of what one does, and let the others overtake. */
static void see_shake(int signal_number)
{
    int error = errno;
    (void)signal_number;
    probe_tasks_rest();
    if (shakes_left == 1)
        stop_shaking();
    else if (shakes_left > 0)
        shakes_left--;
    errno = error;
}

static void begin_shaking(void)
{
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF};
    const struct itimerspec each = {{0, SHAKE_NS}, {0, SHAKE_NS}};
    event._sigev_un._tid = gettid();
    shakes_left = 0; /* a child has its maker's value, and no timer */
    if (timer_create(CLOCK_MONOTONIC, &event, &shaker) == 0) {
        shakes_left = SHAKES_MAX;
        timer_settime(shaker, 0, &each, NULL);
    }
}

void probe_tasks_shake(void)
{
    const struct sigaction action = {.sa_handler = see_shake, .sa_flags = SA_RESTART};
    probe_must(sigaction(SIGPROF, &action, NULL) == 0);
    is_shaking = true;
}

/* ---- for tasks.c ------------------------------------------------------------------- */

void probe_steps_begin(void)
{
    if (is_shaking || step_tasks > 0)
        probe_tasks_wait_for_caller(is_shaking ? 2 : step_tasks);
    if (is_shaking)
        begin_shaking();
    if (step_tasks > 0)
        set_trap();
}

void probe_steps_end(void)
{
    clear_trap();
    stop_shaking();
}

/* SIGTRAP and SIGPROF stay caught: one that has not ended may still be stepped. */
void probe_steps_forget(void)
{
    step_tasks = 0;
    is_shaking = false;
}
